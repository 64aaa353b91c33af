/**
 * Resizable BARs (PCIe 7.8.6). A write of BAR Size changes at once which address bits of the BAR are hardwired; what
 * the others hold is not specified until software writes them. With Memory Space Enable set, or for a size that is not
 * offered, it may also be ignored.
 */

import { addressMask, barIndexAt } from '../layout/base-address.ts';
import { CAUSE_BUS_RESET, CAUSE_PLUG, CAUSE_SLOT_POWER, CAUSE_WRITE } from '../cells.ts';
import type { Cause, ResetLevel } from '../cells.ts';
import type { PciFunction } from '../function.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

const ENTRIES_MAX = 6;
/** BAR Size in a control register: the size is 1 MiB times two to this power. */
const FIELD = 0x3f00;
const MIB = 20;
/** Sizes that may be open at once; more are as good as unknown. */
const OPEN_MAX = 4;

/** What is known of the size of one resizable BAR. */
export interface Resize {
  /** Values that BAR Size may have; empty: not known. */
  sizes: readonly number[];
  /** Value that a reset gives; undefined: not known. */
  fallback: number | undefined;
  /** Rule that the register breaks when it reads something else, by what changed it last. */
  rule: string;
  /** What the last write did to the BAR: `set`: it has the new size; `open`: perhaps; undefined: nothing was written. */
  bar: 'set' | 'open' | undefined;
  /** Exponents of the sizes that the BAR may have while it is `open`; empty: not known. */
  exponents: readonly number[];
}

interface Entry {
  /** Dword of the control register. */
  control: number;
  bar: number;
}

/** Number of entries, which the first one tells. */
function count(f: PciFunction): number {
  const first = f.config.peek(f.resizeAt + 8, 1);
  return first === undefined ? 1 : Math.min(Math.max(first >>> 5, 1), ENTRIES_MAX);
}

/** Control registers, with the BAR that each of them sizes. */
function entries(f: PciFunction): Entry[] {
  const at = f.resizeAt;
  if (at === 0) return [];
  return Array.from({ length: count(f) }, (_, index) => at + 8 + 8 * index).flatMap((offset) => {
    const bar = f.config.peek(offset, 1);
    return bar === undefined ? [] : [{ control: offset >>> 2, bar: bar & 7 }];
  });
}

function reaches(f: PciFunction, d: number): boolean {
  const first = f.resizeAt >>> 2;
  return first > 0 && d > first + 1 && d <= first + 2 * count(f);
}

function resizeOf(f: PciFunction, bar: number): Resize {
  let known = f.resizes.get(bar);
  if (known === undefined) {
    known = { sizes: [], fallback: undefined, rule: 'RBAR-002', bar: undefined, exponents: [] };
    f.resizes.set(bar, known);
  }
  return known;
}

/** Whether the BAR may have this size: 1 MiB to 128 TiB in the capability register, more in the control register. */
function isOffered({ config }: PciFunction, control: number, size: number): boolean | undefined {
  const bit = size < 28 ? config.bit((control << 2) - 4, size + 4) : config.bit(control << 2, size - 12);
  return size > 43 ? false : bit < 0 ? undefined : bit === 1;
}

/** After a write to dword `d`, which may be a control register. `perhaps`: it is open if the write arrives. */
export function noteResize(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  perhaps = false,
): void {
  if ((mask & FIELD) === 0) return;
  const known = entries(f).filter(({ control }) => control === d);
  if (known.length === 0 && mayControl(f, d)) {
    forgetAll(state, f);
    f.resizedPerhaps = true;
  }
  if (!reaches(f, d)) return;
  for (const { control, bar } of known) {
    const resize = resizeOf(f, bar);
    const size = (data & FIELD) >>> 8;
    const whole = (mask & FIELD) === FIELD;
    const offered = isOffered(f, control, size);
    const surely = whole && !perhaps && offered === true && f.config.bit(4, 1) === 0 && f.doubt === 'none';
    forgetSize(f, bar);
    f.forgetContents();
    // Where the source does not show resets, one may follow that sets the size back.
    if (surely && state.showsResets && setSize(state, f, bar, MIB + size)) {
      Object.assign(resize, { sizes: [size], rule: 'RBAR-002', bar: 'set', exponents: [] });
    } else {
      const sizes = whole && !perhaps ? join(resize.sizes, [size]) : [];
      const exponents = offered === true ? sizes.map((one) => MIB + one) : [];
      Object.assign(resize, { sizes, rule: surely ? 'RBAR-002' : 'RBAR-004', bar: 'open', exponents });
    }
    state.map.touch(f);
  }
}

/** Whether a dword may be the control register of a BAR, of which nobody has read yet whose it is. */
function mayControl(f: PciFunction, d: number): boolean {
  const first = f.resizeAt >>> 2;
  if (first === 0) return !f.extendedComplete && f.fields[d] === undefined;
  const inside = d > first + 1 && d <= first + 2 * ENTRIES_MAX && ((d - first) & 1) === 0;
  return inside && (f.config.peek(d << 2, 1) === undefined || f.config.peek(f.resizeAt + 8, 1) === undefined);
}

/** Any BAR may have another size. */
function forgetAll(state: MachineState, f: PciFunction): void {
  for (const [bar, kind] of f.barKinds.entries()) {
    if (kind !== 'io') forgetSize(f, bar);
  }
  f.forgetContents();
  state.map.touch(f);
}

/** Both together; empty when either is not known. */
function join(some: readonly number[], others: readonly number[]): number[] {
  const all = [...new Set([...some, ...others])];
  return some.length === 0 || others.length === 0 || all.length > OPEN_MAX ? [] : all;
}

/** The BAR has a known size from now on, and any address. Returns whether it is a BAR that can have it. */
function setSize(state: MachineState, f: PciFunction, bar: number, exponent: number): boolean {
  const kind = f.barKinds[bar];
  if (kind !== 'memory64' && (kind !== 'memory32' || exponent > 31)) return false;
  const low = addressMask(kind);
  decide(state, f, 4 + bar, low, exponent > 31 ? low : low & ((1 << exponent) - 1));
  if (kind === 'memory64') decide(state, f, 5 + bar, -1, exponent > 32 ? (1 << (exponent - 32)) - 1 : 0);
  return true;
}

function decide({ step }: MachineState, { config }: PciFunction, d: number, address: number, hardwired: number): void {
  config.decideHardwired(d, hardwired);
  config.decideWritable(d, address & ~hardwired);
  config.confirmed[d] = 0;
  config.unread[d] = 0;
  config.changedAt[d] = step;
  config.cause[d] = CAUSE_WRITE;
  config.shape[d] = 4;
}

/** Judges what a control register reads, and takes it over. */
export function judgeResize(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  if (!reaches(f, d) || (mask & FIELD) !== FIELD) return;
  // The answer itself may be the first one that tells which BAR it is.
  const isControl = (d - (f.resizeAt >>> 2)) % 2 === 0;
  const bar = (mask & 0xff) === 0xff ? data & 7 : (f.config.peek(d << 2, 1) ?? 8) & 15;
  if (isControl && bar < ENTRIES_MAX) {
    const resize = resizeOf(f, bar);
    const size = (data & FIELD) >>> 8;
    const { sizes, rule } = resize;
    if (sizes.length > 0 && state.showsResets && f.doubt === 'none') {
      state.reporter.count(rule);
      if (!sizes.includes(size)) report(state, f, resize, size);
    }
    // What is there after a reset is what a reset gives, unless a VMM has played firmware in between.
    const untouched = f.fresh !== undefined && f.config.cause[d] !== CAUSE_WRITE;
    if (untouched && !(state.firmware && (f.fresh === 'power' || f.fresh === 'machine'))) resize.fallback ??= size;
    Object.assign(resize, { sizes: [size], rule: 'RBAR-002' });
  }
}

function report(state: MachineState, f: PciFunction, resize: Resize, size: number): void {
  const { sizes, rule } = resize;
  const reset = !rule.startsWith('RBAR');
  state.reporter.diverge({
    rule,
    function: f,
    register: 'Resizable BAR Control',
    shape: reset ? 'BAR Size: changed after a reset' : 'BAR Size: another size',
    expected: sizes.map((one) => formatBits(one << 8, FIELD)).join(' or '),
    actual: formatBits(size << 8, FIELD),
    explanation: reset
      ? 'A reset gives BAR Size the default that it had before.'
      : 'BAR Size takes an offered size while memory decoding is off; any other write of it is ignored or applied.',
    excusedBy: rule === 'RST-001' ? 'flr_restore=on' : undefined,
  });
  // Which size the BAR has is open then.
  for (const [bar, one] of f.resizes) if (one === resize && one.bar === 'set') forgetSize(f, bar);
  Object.assign(resize, { bar: resize.bar === undefined ? undefined : 'open', exponents: [] });
}

/** After a reset of `level`, or one of which it is open if it has happened (undefined). */
export function resetSizes(state: MachineState, f: PciFunction, level: ResetLevel | undefined, cause: Cause): void {
  if (f.resizedPerhaps) forgetAll(state, f);
  if (level !== undefined) f.resizedPerhaps = false;
  for (const [bar, resize] of f.resizes) {
    const firmware = state.firmware && (level === 'power' || level === 'machine');
    const after = resize.fallback === undefined || firmware ? [] : [resize.fallback];
    resize.sizes = level === undefined ? join(resize.sizes, after) : after;
    resize.rule = resetRule(cause);
    if (resize.bar !== undefined) forgetSize(f, bar);
    Object.assign(resize, { bar: undefined, exponents: [] });
  }
}

/** Rule that a register breaks when it does not have what the reset gives. */
export function resetRule(cause: Cause): string {
  return RULES[cause] ?? 'RST-001';
}

const RULES: Readonly<Record<number, string>> = {
  [CAUSE_BUS_RESET]: 'RST-006',
  [CAUSE_SLOT_POWER]: 'HP-007',
  [CAUSE_PLUG]: 'HP-003',
};

/** Anything may have happened to the sizes. */
export function forgetSizes(f: PciFunction): void {
  for (const { bar } of entries(f)) forgetSize(f, bar);
  f.resizes.clear();
}

function forgetSize(f: PciFunction, bar: number): void {
  const own = f.barKinds[bar] ?? 'unknown';
  for (const index of own === 'memory64' || own === 'unknown' ? [bar, bar + 1] : [bar]) {
    const d = 4 + index;
    if (barIndexAt(f, d) !== index) continue;
    f.barDefaults[index] = undefined;
    // A BAR of which nothing but its answers is known may be one of these, or the upper half of one.
    const possible = index === 0 ? 'memory32' : 'upper';
    const kind = f.barKinds[index] ?? 'unknown';
    f.config.forgetKinds(d, addressMask(kind === 'unknown' ? possible : kind));
    f.config.confirmed[d] = 0;
  }
}

/** What the last write of BAR Size did to the BAR in dword `d`. */
export function resizeMark(f: PciFunction, d: number): Resize | undefined {
  if (f.resizes.size === 0) return undefined;
  const index = barIndexAt(f, d);
  const resize = f.resizes.get(f.barKinds[index] === 'upper' ? index - 1 : index);
  return resize?.bar === undefined ? undefined : resize;
}
