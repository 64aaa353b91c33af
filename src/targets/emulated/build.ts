/** Builds a machine from a layout: buses, functions, and the parts of each. */
import { EVERYWHERE, low } from './address.ts';
import { addAer } from './aer.ts';
import { Bar, Rom } from './bars.ts';
import { Bridge } from './bridge.ts';
import { Bus } from './bus.ts';
import { CapabilityList } from './capability-list.ts';
import { DeviceFunction } from './device-function.ts';
import { addEnhancedAllocation } from './enhanced-allocation.ts';
import { Express } from './express.ts';
import { Header } from './header.ts';
import { Interrupts } from './interrupts.ts';
import { functionLayout, isBridge } from './layout.ts';
import type { CapabilityLayout, FunctionLayout, Layout, SriovLayout } from './layout.ts';
import { Machine } from './machine.ts';
import { Msi } from './msi.ts';
import { Msix } from './msix.ts';
import { Power } from './power.ts';
import { addResizableBars } from './resizable-bar.ts';
import { Segment } from './routing.ts';
import {
  addAdvancedFeatures,
  addAri,
  addSerialNumber,
  addSubsystem,
  addVendor,
  addVendorExtended,
} from './small-capabilities.ts';
import { Sriov } from './sriov.ts';
import { addVirtio } from './virtio-capabilities.ts';

/** The machine as it is when power has just come on; firmware has not run. */
export function buildMachine(layout: Layout, faults: ReadonlySet<string>): Machine {
  const machine = new Machine(layout, faults);
  const numbers = new Set([
    0,
    ...layout.functions.map((fn) => fn.segment),
    ...layout.machine.ecam.map((e) => e.segment),
  ]);
  for (const number of [...numbers].toSorted((one, other) => one - other)) {
    const windows = layout.machine.ecam.filter((window) => window.segment === number);
    const first = windows.length === 0 ? 0 : Math.min(...windows.map((window) => window.firstBus));
    const last = windows.length === 0 ? 255 : Math.max(...windows.map((window) => window.lastBus));
    const root = new Bus(number, undefined, { memory: [EVERYWHERE], ports: [low(0, 0xffff)] }, machine.faulty);
    machine.segments.set(number, new Segment(number, root, first, last));
    buildBus(
      machine,
      root,
      layout.functions.filter((fn) => fn.segment === number),
    );
  }
  for (const fn of rootFunctions(machine)) fn.reset('power');
  return machine;
}

/** The functions on the root buses; a reset of these resets everything. */
export function rootFunctions(machine: Machine): DeviceFunction[] {
  return machine.functions.filter((fn) => fn.bus.owner === undefined && fn.virtual === undefined);
}

function buildBus(machine: Machine, bus: Bus, layouts: readonly FunctionLayout[]): void {
  for (const layout of layouts) {
    const siblings = layouts.filter((other) => other.device === layout.device && other.function !== layout.function);
    buildFunction(machine, bus, layout, siblings.length > 0, nextFunction(layout, layouts));
  }
}

/** For ARI: the number of the next function of the same device, or 0. */
function nextFunction(layout: FunctionLayout, layouts: readonly FunctionLayout[]): number {
  const number = (fn: FunctionLayout): number => (fn.device << 3) | fn.function;
  const later = layouts.map(number).filter((other) => other > number(layout));
  return later.length === 0 ? 0 : Math.min(...later);
}

function buildFunction(machine: Machine, bus: Bus, layout: FunctionLayout, multifunction: boolean, next: number): void {
  const devfn = (layout.device << 3) | layout.function;
  const fn = new DeviceFunction(machine, layout, bus, devfn, machine.functions.length);
  fn.there = layout.plugged;
  machine.functions.push(fn);
  bus.functions[devfn] = fn;
  if (isBridge(layout.kind)) new Bridge(fn);
  const header = new Header(fn, multifunction);
  fn.interrupts = new Interrupts(fn, header);
  const bars = new Map(layout.bars.map((bar) => [bar.index, new Bar(fn, bar)]));
  if (layout.rom > 0) new Rom(fn, layout.rom);
  // Areas of tables need the ranges that stand in for BARs.
  const list = new CapabilityList(fn.config);
  const order = layout.capabilities.toSorted((one, other) => rank(one) - rank(other));
  for (const capability of order) addCapability(fn, list, capability, bars, next);
  const sriov = layout.capabilities.find((capability) => capability.kind === 'sriov');
  if (sriov !== undefined) buildVirtualFunctions(machine, fn, sriov);
  if (fn.bridge !== undefined) buildBus(machine, fn.bridge.secondary, layout.below);
}

/** Enhanced Allocation makes the memory in which MSI-X may put its table. */
function rank(capability: CapabilityLayout): number {
  return capability.kind === 'enhanced-allocation' ? 0 : 1;
}

function addCapability(
  fn: DeviceFunction,
  list: CapabilityList,
  capability: CapabilityLayout,
  bars: ReadonlyMap<number, Bar>,
  next: number,
): void {
  const { at } = capability;
  switch (capability.kind) {
    case 'power':
      new Power(fn, list, capability, at);
      return;
    case 'msi':
      new Msi(fn, list, capability, at);
      return;
    case 'msix':
      new Msix(fn, list, capability, at);
      return;
    case 'express':
      new Express(fn, list, capability, at);
      return;
    case 'slot':
      return;
    case 'advanced-features':
      addAdvancedFeatures(fn, list, capability.flr, at);
      return;
    case 'subsystem':
      addSubsystem(fn, list, at);
      return;
    case 'vendor':
      addVendor(fn, list, capability.length, at);
      return;
    case 'enhanced-allocation':
      addEnhancedAllocation(fn, list, capability.entries, at);
      return;
    case 'virtio':
      addVirtio(fn, list, capability);
      return;
    case 'aer':
      addAer(fn, list, at);
      return;
    case 'serial-number':
      addSerialNumber(fn, list, capability.value, at);
      return;
    case 'ari':
      addAri(fn, list, next, at);
      return;
    case 'vendor-extended':
      addVendorExtended(fn, list, capability.length, at);
      return;
    case 'resizable-bar':
      addResizableBars(fn, list, capability.bars, bars, at);
      return;
    case 'sriov':
      new Sriov(fn, list, capability, at);
  }
}

/** Virtual functions exist from the start and hide until they are enabled. */
function buildVirtualFunctions(machine: Machine, owner: DeviceFunction, sriov: SriovLayout): void {
  const { layout } = owner;
  for (let number = 1; number <= sriov.total; number++) {
    const devfn = owner.devfn + sriov.offset + (number - 1) * sriov.stride;
    const virtual = functionLayout({
      ...layout,
      pin: 0,
      bars: [],
      rom: 0,
      capabilities: [
        { kind: 'express', flr: true, ari: false },
        ...(sriov.msix === undefined ? [] : [{ kind: 'msix', ...sriov.msix } as const]),
        { kind: 'ari' },
      ],
    });
    const fn = new DeviceFunction(machine, virtual, owner.bus, devfn, machine.functions.length, { owner, number });
    machine.functions.push(fn);
    owner.bus.functions[devfn] = fn;
    fn.interrupts = new Interrupts(fn, new Header(fn, false));
    owner.sriov?.adopt(fn, number);
    const list = new CapabilityList(fn.config);
    for (const capability of virtual.capabilities) addCapability(fn, list, capability, new Map(), 0);
  }
}
