/**
 * What is known of the virtual functions of one physical function (SR-IOV, PCIe 9.3.3): whether they are enabled, how
 * many they are, and where they lie. Offset and stride may change with NumVFs and with ARI Capable Hierarchy, so they
 * count from the next read on.
 */

import type { Cells } from '../cells.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { ROLE_DEVICE_CONTROL } from '../function.ts';

/** Dwords of the capability. */
const CONTROL = 2;
const TOTAL = 3;
const NUMBER = 4;
const PLACE = 5;
const PAGE_SIZES = 7;
const PAGE_SIZE = 8;
const BARS = 9;
const BAR_COUNT = 6;
const VIRTUAL_RESIZABLE_BAR = 0x0024;
/** ARI Capable Hierarchy, in the control register. */
const ARI_HIERARCHY = 0x10;

export class SingleRoot {
  /** VF Enable; -1: not known. */
  enable: 0 | 1 | -1 = -1;
  /** Rule that VF Enable breaks when it reads 1 instead of 0. */
  enableRule = 'SRIOV-004';
  /** Values that NumVFs may have; empty: not known. */
  numbers: readonly number[] = [];
  /** First VF Offset and VF Stride; -1: not known. */
  offset = -1;
  stride = -1;
  /** System Page Size that was written and must be read; undefined: any. */
  page: number | undefined;
  /** Whether the BARs may have other sizes than a reset gives them. */
  resized = false;
  /** Step of the last answer that agreed with what was known. */
  confirmedAt = -1;

  /** Anything may have happened. */
  forget(): void {
    this.enable = -1;
    this.numbers = [];
    this.offset = -1;
    this.stride = -1;
    this.page = undefined;
  }
}

/** TotalVFs; undefined: not known. */
export function totalOf(f: PciFunction): number | undefined {
  return f.config.peek(f.singleRootAt + 4 * TOTAL + 2, 2);
}

/** Dword of the capability that dword `d` of the function is, or -1. */
function at(f: PciFunction, d: number): number {
  const first = f.singleRootAt >>> 2;
  return first === 0 || d < first || d > first + 15 ? -1 : d - first;
}

/** Whether dword `d` is a BAR of the virtual functions that software must not write now. */
export function isLocked(f: PciFunction, d: number): boolean {
  const index = at(f, d) - BARS;
  if (index < 0 || index >= BAR_COUNT) return false;
  return singleRootOf(f).enable !== 0 || f.config.bit(f.singleRootAt + 4 * CONTROL, 3) !== 0;
}

function singleRootOf(f: PciFunction): SingleRoot {
  return (f.singleRoot ??= new SingleRoot());
}

/** Follows a write. Returns whether the virtual functions may have come or gone. `perhaps`: it is open if it arrives. */
export function noteVirtualWrite(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  perhaps = false,
): boolean {
  const what = at(f, d);
  if (what < 0) {
    if (resizesVirtual(f, d)) resizeBars(f);
    return false;
  }
  const root = singleRootOf(f);
  if (what === PAGE_SIZE) resizeBars(f);
  if (perhaps) {
    if (what === CONTROL || what === NUMBER || what === PAGE_SIZE) root.forget();
    state.routing.forgetPlaces();
    return what === CONTROL;
  }
  if (what === CONTROL) return writeControl(state, root, mask, data, f.config.before[d]!);
  if (what === NUMBER && (mask & 0xffff) !== 0) writeNumber(state, f, root, mask, data);
  if (what === PAGE_SIZE) writePageSize(f, root, mask, data);
  return false;
}

function writeControl(state: MachineState, root: SingleRoot, mask: number, data: number, before: number): boolean {
  if ((mask & (before ^ data) & ARI_HIERARCHY) !== 0) root.offset = root.stride = -1;
  state.routing.forgetPlaces();
  if ((mask & 1) === 0) return false;
  const wanted = (data & 1) as 0 | 1;
  const changes = wanted !== root.enable;
  root.enable = wanted;
  root.enableRule = 'SRIOV-004';
  root.confirmedAt = state.step;
  return changes;
}

/** A number above TotalVFs is stored, clamped or refused; with the functions enabled the old one may stay (SRIOV-003). */
function writeNumber(state: MachineState, f: PciFunction, root: SingleRoot, mask: number, data: number): void {
  const wanted = data & 0xffff;
  const total = totalOf(f);
  const initial = f.config.peek(f.singleRootAt + 4 * TOTAL, 2) ?? 0;
  const old = root.numbers;
  if ((mask & 0xffff) !== 0xffff || total === undefined) root.numbers = [];
  else if (wanted <= Math.min(initial, total) && root.enable === 0) root.numbers = [wanted];
  else if (old.length === 0 || old.length > 4) root.numbers = [];
  else root.numbers = [...new Set([...old, wanted, ...(wanted > total ? [total] : [])])];
  if (root.enable !== 1) root.offset = root.stride = -1;
  root.confirmedAt = state.step;
  state.routing.forgetPlaces();
}

/** Software chooses a page size, and with it the sizes of the BARs (PCIe 9.3.3.13). */
function writePageSize(f: PciFunction, root: SingleRoot, mask: number, data: number): void {
  const supported = f.config.peek(f.singleRootAt + 4 * PAGE_SIZES, 4);
  const one = mask === -1 && data !== 0 && (data & (data - 1)) === 0;
  root.page = one && root.enable === 0 && supported !== undefined && (supported & data) !== 0 ? data : undefined;
}

/** Whether the dword is a control register of VF Resizable BAR (PCIe 7.8.7), which gives the BARs other sizes. */
function resizesVirtual(f: PciFunction, d: number): boolean {
  if (f.singleRootAt === 0) return false;
  const at = f.extended.find(({ id }) => id === VIRTUAL_RESIZABLE_BAR)?.offset ?? 0;
  const index = d - (at >>> 2) - 2;
  return at > 0 && index >= 0 && index < 2 * BAR_COUNT && index % 2 === 0;
}

function resizeBars(f: PciFunction): void {
  singleRootOf(f).resized = true;
  forgetBars(f);
}

/** The BARs of the virtual functions may have any size. */
function forgetBars({ config, singleRootAt }: PciFunction): void {
  for (let index = 0; index < BAR_COUNT; index++) {
    const d = (singleRootAt >>> 2) + BARS + index;
    config.forgetKinds(d, config.choice[d]!);
  }
}

/** Where the slices of one BAR of the virtual functions begin, and the exponent of their size. */
export interface VirtualRange {
  baseHi: number;
  baseLo: number;
  exponent: number;
}

/** Address bits of the low dword; a slice has at least a page. */
const ADDRESS = ~0xfff;

/** What BAR `index` of the virtual functions places; `none`: nothing, or it is the upper half of one; undefined: it is not known. */
export function virtualRange(f: PciFunction, index: number): VirtualRange | 'none' | undefined {
  const { config } = f;
  const d = (f.singleRootAt >>> 2) + BARS + index;
  if (isUpper(config, d - index, index)) return 'none';
  const wide = isWide(config, d);
  const exponent = lowestWritable(config, d, ADDRESS);
  const above = wide && exponent < 0 ? lowestWritable(config, d + 1, -1) : -1;
  if (exponent < 0 && above < 0) {
    const hardwired = (config.isHardwired[d]! & ADDRESS) === ADDRESS && (!wide || config.isHardwired[d + 1] === -1);
    return hardwired && config.bit(d << 2, 2) >= 0 ? 'none' : undefined;
  }
  const low = config.peek(d << 2, 4);
  const high = wide ? config.peek((d + 1) << 2, 4) : 0;
  if (low === undefined || high === undefined) return undefined;
  return { baseHi: high | 0, baseLo: low & ADDRESS, exponent: exponent < 0 ? 32 + above : exponent };
}

/** Whether the register is the upper half of the one before it; `first`: the dword of the first of the six. */
function isUpper(config: Cells, first: number, index: number): boolean {
  let upper = false;
  for (let before = 0; before < index; before++) upper = !upper && isWide(config, first + before);
  return upper;
}

function isWide(config: Cells, d: number): boolean {
  return config.bit(d << 2, 2) === 1;
}

/** The lowest bit under `mask` that can be written; -1: it is not known. */
function lowestWritable({ isWritable, isHardwired }: Cells, d: number, mask: number): number {
  const writable = isWritable[d]! & mask;
  const lowest = writable & -writable;
  return writable === 0 || ((lowest - 1) & mask & ~isHardwired[d]!) !== 0 ? -1 : 31 - Math.clz32(lowest);
}

/** Judges what the registers read that lock or move each other, and takes it over. */
export function judgeVirtualRead(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const what = at(f, d);
  if (what < 0) return;
  const root = singleRootOf(f);
  const judged = state.showsResets && f.doubt === 'none';
  if (what === CONTROL && (mask & 1) !== 0) readEnable(state, f, root, (data & 1) as 0 | 1, judged);
  if (what === NUMBER && (mask & 0xffff) === 0xffff) readNumber(state, f, root, data & 0xffff, judged);
  if (what === PLACE) {
    const { offset, stride } = root;
    if ((mask & 0xffff) === 0xffff) root.offset = data & 0xffff;
    if (mask >>> 16 === 0xffff) root.stride = data >>> 16;
    if (offset !== root.offset || stride !== root.stride) state.routing.forgetPlaces();
  }
  if (what === PAGE_SIZE && mask === -1) readPageSize(state, f, root, data, judged);
  if (what >= BARS && what < BARS + BAR_COUNT) judgeBarSize(state, f, root, d, mask, data);
}

function readEnable(state: MachineState, f: PciFunction, root: SingleRoot, enable: 0 | 1, judged: boolean): void {
  if (judged && root.enable === 0) {
    const rule = resetBelow(state, f, root) ? 'RST-004' : root.enableRule;
    state.reporter.count(rule);
    if (enable === 1) {
      state.reporter.diverge({
        rule,
        function: f,
        register: 'SR-IOV Control',
        shape: 'VF Enable: set',
        expected: 'VF Enable 0',
        actual: 'VF Enable 1',
        explanation:
          rule === 'SRIOV-004'
            ? 'Software has cleared VF Enable.'
            : 'The reset of the physical function clears VF Enable.',
      });
    }
  } else if (judged && root.enable === 1 && enable === 0 && resetBelow(state, f, root)) {
    reportReset(state, f, 'SR-IOV Control', 'VF Enable 1', 'VF Enable 0');
  }
  if (root.enable !== enable) state.routing.forgetPlaces();
  root.enable = enable;
  root.enableRule = 'SRIOV-004';
  root.confirmedAt = state.step;
}

function readNumber(state: MachineState, f: PciFunction, root: SingleRoot, number: number, judged: boolean): void {
  const { numbers } = root;
  if (judged && numbers.length > 0) {
    state.reporter.count('SRIOV-003');
    const [only = 0] = numbers;
    if (numbers.includes(number)) root.confirmedAt = state.step;
    else if (resetBelow(state, f, root)) reportReset(state, f, 'NumVFs', `NumVFs ${only}`, `NumVFs ${number}`);
    else {
      state.reporter.diverge({
        rule: 'SRIOV-003',
        function: f,
        register: 'NumVFs',
        shape:
          numbers.length === 1 ? 'another number than written' : 'neither the old, the new nor the greatest number',
        expected: `NumVFs ${numbers.join(' or ')}`,
        actual: `NumVFs ${number}`,
        explanation:
          'NumVFs takes a number up to TotalVFs while VF Enable is 0; any other write may be stored, clamped or refused.',
      });
    }
  }
  if (numbers.length !== 1 || numbers[0] !== number) state.routing.forgetPlaces();
  root.numbers = [number];
  root.confirmedAt = state.step;
}

function readPageSize(state: MachineState, f: PciFunction, root: SingleRoot, page: number, judged: boolean): void {
  if (judged && root.page !== undefined) {
    state.reporter.count('SRIOV-002');
    if (page !== root.page) {
      state.reporter.diverge({
        rule: 'SRIOV-002',
        function: f,
        register: 'System Page Size',
        shape: 'does not take a page size that is supported',
        expected: `0x${root.page.toString(16)}`,
        actual: `0x${(page >>> 0).toString(16)}`,
        explanation: 'Software chooses one of the supported page sizes while VF Enable is 0.',
      });
    }
  }
  root.page = page;
}

/** All ones were written to a BAR of the virtual functions: its size is a multiple of the page size. */
function judgeBarSize(
  state: MachineState,
  f: PciFunction,
  root: SingleRoot,
  d: number,
  mask: number,
  data: number,
): void {
  const { config } = f;
  const address = data & ~15;
  const sized = mask === -1 && config.written[d] === -1 && config.unread[d] === -1 && address !== 0;
  const page = root.page === undefined ? 0 : root.page & -root.page;
  // The upper half of a 64-bit BAR has no type.
  const upper = d > (f.singleRootAt >>> 2) + BARS && config.bit((d - 1) << 2, 2) !== 0;
  if (!sized || page === 0 || upper || root.enable !== 0) return;
  state.reporter.count('SRIOV-002');
  const size = address & -address;
  const key = 'SRIOV-002 size';
  if (size >>> 12 >= page >>> 0 || f.reported.has(key)) return;
  f.reported.add(key);
  state.reporter.diverge({
    rule: 'SRIOV-002',
    function: f,
    register: 'VF BAR',
    shape: 'smaller than a page',
    expected: `a size of at least ${(page >>> 0) * 4} KiB`,
    actual: `a size of ${size >>> 0} bytes`,
    explanation: 'Size and place of the BARs of virtual functions are multiples of System Page Size.',
  });
}

/** Whether a virtual function was reset since the registers were last right: its reset leaves them alone (RST-004). */
function resetBelow(state: MachineState, physical: PciFunction, root: SingleRoot): boolean {
  for (const { function: f, kind, roles, data } of state.journal.since(root.confirmedAt)) {
    if (
      kind === 'register' &&
      f?.virtualOf === physical &&
      (roles & ROLE_DEVICE_CONTROL) !== 0 &&
      (data & 0x8000) !== 0
    )
      return true;
  }
  return false;
}

function reportReset(state: MachineState, f: PciFunction, register: string, expected: string, actual: string): void {
  state.reporter.diverge({
    rule: 'RST-004',
    function: f,
    register,
    shape: 'changed by FLR of a virtual function',
    expected,
    actual,
    explanation: 'FLR of a virtual function resets that function alone, and leaves its physical function as it is.',
  });
}

/** After a reset of the physical function; `surely`: it has happened. */
export function resetVirtual(state: MachineState, f: PciFunction, surely: boolean, rule: string): void {
  const root = f.singleRoot;
  if (root === undefined) return;
  root.forget();
  // The sizes go back with System Page Size. (Nobody knows what it was when the recording began in the middle.)
  if (root.resized || !state.powerOn) forgetBars(f);
  if (surely) {
    root.resized = false;
    root.enable = 0;
    root.enableRule = rule;
    root.confirmedAt = state.step;
  }
  state.routing.forgetPlaces();
}
