/** Steps that are single accesses: to configuration space, behind BARs, to ports and memory. */

import { CAM_ADDRESS, Mechanisms } from '../topology/mechanism.ts';
import type { TopologyFunction } from '../topology/topology.ts';
import { capabilityAt } from '../topology/topology.ts';
import type { Actions, Driver } from './driver.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { BASES, RELATIONS, SELECTIONS, VIAS } from './names.ts';
import { resolve } from './regions.ts';
import type { OperationName } from './steps.ts';

/** Function and offset of the register operand in words 1 to 3; undefined: the function lacks the capability. */
export function registerOf({ binding, words }: StepContext): { f: TopologyFunction; offset: number } | undefined {
  const f = binding.functionOf(words[1]!);
  const base = baseOf(f, words[2]!);
  return base === undefined ? undefined : { f, offset: (base + words[3]!) & 0xfff };
}

function baseOf(f: TopologyFunction, index: number): number | undefined {
  const { name, id, extended } = BASES[index]!;
  if (name === 'config') return 0;
  if (name === 'virtio-window') return f.virtio.find(({ type }) => type === 5)?.at;
  const at = capabilityAt(extended ? f.extended : f.capabilities, id);
  return at === 0 ? undefined : at;
}

/** Number of the function that a routing operand in words 1 to 3 means. */
function* aim({ driver, binding, words }: StepContext): Actions<number> {
  const relation = RELATIONS[words[2]!]!;
  const number = words[3]!;
  if (relation === 'at') return number;
  const f = binding.functionOf(words[1]!);
  const own = driver.view.bdf(f);
  const segment = own & ~0xffff;
  const bus = (offset: number, otherwise: number): number => driver.view.register(f, offset, 1) ?? otherwise;
  switch (relation) {
    case 'peer':
      return (own & ~0xff) | number;
    case 'below':
      return segment | (bus(0x19, f.bridge?.secondary ?? 0) << 8) | number;
    case 'beyond': {
      const last = f.bridge === undefined ? (own >>> 8) & 0xff : bus(0x1a, f.bridge.subordinate);
      return segment | (((last + 1) & 0xff) << 8) | number;
    }
    case 'vf': {
      if (f.sriov === undefined) return own;
      const first = yield* driver.read(f, f.sriov.offset + 0x14, 2);
      const stride = yield* driver.read(f, f.sriov.offset + 0x16, 2);
      return segment | ((own + first + stride * number) & 0xffff);
    }
  }
}

function* single({ driver, binding, words }: StepContext, write: boolean): Actions {
  const place = resolve(driver, binding.functionOf(words[1]!), words[2]!, words[3]!, words[4]!);
  if (place === undefined) return;
  yield driver.at(place.io, write, place, 1 << words[5]!, words[6]!, words[7]!);
}

function* changed(context: StepContext, set: boolean): Actions {
  const found = registerOf(context);
  if (found === undefined) return;
  const bits = context.words[5]!;
  const via = VIAS[context.words[6]!]!;
  yield* context.driver.change(found.f, found.offset, 1 << context.words[4]!, set ? 0 : bits, set ? bits : 0, via);
}

/** Widths of the pieces in which a value goes to the address port. */
function* selected(driver: Driver, selector: number, how: (typeof SELECTIONS)[number]): Actions {
  const width = how === 'word-wise' ? 2 : how === 'byte-wise' ? 1 : 4;
  for (let byte = 0; byte < 4; byte += width)
    yield driver.port(true, CAM_ADDRESS + byte, width, selector >>> (8 * byte));
}

export const CONFIGURATION_STEPS = {
  *'config read'(context) {
    const found = registerOf(context);
    const { words } = context;
    if (found !== undefined) yield* context.driver.read(found.f, found.offset, 1 << words[4]!, VIAS[words[5]!]);
  },
  *'config write'(context) {
    const found = registerOf(context);
    const { driver, words } = context;
    if (found === undefined) return;
    const bdf = driver.view.bdf(found.f);
    yield* driver.writeAt(bdf, found.offset, 1 << words[4]!, words[5]!, words[6]!, VIAS[words[7]!]!);
  },
  'config set': (context) => changed(context, true),
  'config clear': (context) => changed(context, false),
  read: (context) => single(context, false),
  write: (context) => single(context, true),
  *'port read'({ driver, words }) {
    yield driver.port(false, words[1]!, 1 << words[2]!, 0);
  },
  *'port write'({ driver, words }) {
    yield driver.port(true, words[1]!, 1 << words[2]!, words[3]!);
  },
  *'memory read'({ driver, words }) {
    yield driver.memory(false, words[1]!, words[2]!, 1 << words[3]!, 0, 0);
  },
  *'memory write'({ driver, words }) {
    yield driver.memory(true, words[1]!, words[2]!, 1 << words[3]!, words[4]!, words[5]!);
  },
  *'route read'(context) {
    const { driver, words } = context;
    yield* driver.readAt(yield* aim(context), words[4]!, 1 << words[5]!, VIAS[words[6]!]!);
  },
  *'route write'(context) {
    const { driver, words } = context;
    yield* driver.writeAt(yield* aim(context), words[4]!, 1 << words[5]!, words[6]!, 0, VIAS[words[7]!]!);
  },
  *select(context) {
    const found = registerOf(context);
    if (found === undefined) return;
    const { driver, words } = context;
    const how = SELECTIONS[words[4]!]!;
    const selector = Mechanisms.selector(driver.view.bdf(found.f), found.offset);
    const changes = how === 'disabled' ? 0x80000000 : how === 'junk' ? 3 : 0;
    yield* selected(driver, selector ^ changes, how);
  },
  *'sweep config'({ driver, binding, words }) {
    const f = binding.functionOf(words[1]!);
    const width = [4, 2, 1][words[2]!]!;
    const extended = f.express !== undefined && driver.mechanisms.reachesExtended(driver.view.bdf(f));
    const via = VIAS[words[3]!]!;
    const end = extended && via !== 'cam' ? 0x1000 : 0x100;
    for (let offset = 0; offset < end; offset += width) yield* driver.read(f, offset, width, via);
  },
  *'sweep buses'({ driver, binding, words }) {
    const f = binding.functionOf(words[1]!);
    const own = driver.view.bdf(f);
    const secondary = driver.view.register(f, 0x19, 1) ?? f.bridge?.secondary ?? 0;
    const bus = f.bridge === undefined ? (own >>> 8) & 0xff : secondary;
    for (let number = 0; number < 256; number += number < 8 ? 1 : 8) {
      yield* driver.readAt((own & ~0xffff) | (bus << 8) | number, 0, 4, VIAS[words[2]!]!);
    }
  },
} satisfies Partial<Record<OperationName, StepHandler>>;
