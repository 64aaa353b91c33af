/** The step that brings a function to work: only what is not as enumeration left it is written. */

import { capabilityAt, ROM_INDEX } from '../topology/topology.ts';
import type { TopologyFunction } from '../topology/topology.ts';
import type { Actions, Driver } from './driver.ts';
import { pairOf } from './driver.ts';
import { command } from './expand-bars.ts';
import { writeNaturalWindow } from './expand-machine.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { WINDOWS } from './names.ts';
import { windowNow } from './regions.ts';
import type { OperationName } from './steps.ts';

const POWER_MANAGEMENT = 0x01;
const PCI_EXPRESS = 0x10;

/** Power, and what holds back the bus below: a slot without power, a link that is disabled, a reset. */
function* wake(driver: Driver, f: TopologyFunction): Actions {
  const { view } = driver;
  const power = capabilityAt(f.capabilities, POWER_MANAGEMENT);
  const gates: [offset: number, bits: number][] = power === 0 ? [] : [[power + 4, 3]];
  if (f.bridge !== undefined && f.express !== undefined) gates.push([f.express.offset + 0x10, 0x10]);
  if (f.bridge !== undefined && f.express?.slot === true) gates.push([f.express.offset + 0x18, 0x400]);
  if (f.bridge !== undefined) gates.push([0x3e, 0x40]);
  for (const [offset, bits] of gates)
    if (((view.register(f, offset, 2) ?? 0) & bits) !== 0) yield* driver.change(f, offset, 2, bits, 0);
}

/** Bus numbers and windows as enumeration chose them. */
function* forward(driver: Driver, f: TopologyFunction): Actions {
  if (f.bridge === undefined) return;
  const { secondary, subordinate } = f.bridge;
  const numbers = (subordinate << 16) | (secondary << 8) | ((f.bdf >>> 8) & 0xff);
  const now = driver.view.register(f, 0x18, 4);
  if (now === undefined || (now & 0xffffff) !== numbers) yield* driver.change(f, 0x18, 4, 0xffffff, numbers);
  for (const [which, name] of WINDOWS.entries()) {
    const natural = f.bridge[name === 'io-window' ? 'io' : name === 'memory-window' ? 'memory' : 'prefetchable'];
    const open = windowNow(driver, f, name);
    // Where it has no window, its registers may be hardwired to 0.
    const astray =
      natural === undefined
        ? open !== undefined && open.last > 0xfffffn
        : open?.base !== natural.base || open.last !== natural.last;
    if (astray) yield* writeNaturalWindow(driver, f, which);
  }
}

/** Addresses of enumeration, and the enables. */
function* decode(driver: Driver, f: TopologyFunction): Actions {
  const own = f.bars.filter(({ index, assigned }) => index !== ROM_INDEX && assigned);
  const astray = own.filter((bar) => driver.addressOf(f, bar) !== bar.address);
  const bridge = f.bridge !== undefined;
  const memory = bridge || f.bars.some(({ kind }) => kind !== 'io') ? 2 : 0;
  const wanted = 4 | memory | (bridge || f.bars.some(({ kind }) => kind === 'io') ? 1 : 0);
  const enables = driver.view.register(f, 4, 1) ?? 0;
  if (astray.length > 0) {
    if ((enables & 3) !== 0) yield* command(driver, f, 3, 0, 2);
    for (const bar of astray) {
      const { hi, lo } = pairOf(bar.address);
      yield* driver.writeAddress(f, bar, lo, hi, 'low-high');
    }
  }
  if (astray.length > 0 || (enables & wanted) !== wanted) yield* command(driver, f, 0, wanted, 2);
}

/** A function that is not known any more, as after numbers of buses have changed, is looked at as a scan does. */
function* scan(driver: Driver, f: TopologyFunction): Actions {
  if (driver.view.register(f, 0x0e, 1) !== undefined) return;
  for (let offset = 0; offset < 0x40; offset += 4) yield* driver.read(f, offset, 4);
  for (const { id, offset } of f.capabilities) {
    const end = Math.min(offset + (id === PCI_EXPRESS ? 0x3c : 0x0c), 0x100);
    for (let at = offset; at < end; at += 4) yield* driver.read(f, at, 4);
  }
  if (f.extended.length > 0) for (const { offset } of f.extended) yield* driver.read(f, offset, 4, 'ecam');
}

function* bringUp({ driver, binding, words }: StepContext): Actions {
  const chain: TopologyFunction[] = [];
  let at: TopologyFunction | undefined = binding.functionOf(words[1]!);
  while (at !== undefined && !chain.includes(at)) {
    chain.unshift(at);
    at = driver.topology.functions[at.parent];
  }
  for (const one of chain) {
    yield* scan(driver, one);
    yield* wake(driver, one);
    yield* forward(driver, one);
    yield* decode(driver, one);
  }
}

export const SERVICE_STEPS = { 'bring up': bringUp } satisfies Partial<Record<OperationName, StepHandler>>;
