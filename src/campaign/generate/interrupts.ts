/** Generators about interrupts and doorbells. */

import {
  BASES,
  DESTINATIONS,
  ENTRY_ORDERS,
  FACILITIES,
  POWER_STATES,
  REGIONS,
  RESETS,
  VECTOR_KINDS,
} from '../../scenario/names.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';
import { INTERRUPT_RECIPES, LINE_RECIPES } from './interrupt-recipes.ts';
import { cook } from './recipes.ts';
import { VIRTIO_RECIPES } from './virtio-recipes.ts';

type Kind = (typeof VECTOR_KINDS)[number];

/** Enables everything that a message needs, in a drawn order. */
function setUp(draw: Draw, f: TopologyFunction, kind: Kind, vector: number): Step[] {
  const number = word(VECTOR_KINDS, kind);
  const enable = step('enable', f.index, word(FACILITIES, kind), draw.below(3), draw.stream.pick([0, 1, 4, 32]));
  const steps = [
    step('enable', f.index, word(FACILITIES, 'all'), 0),
    step('program', f.index, number, vector, draw.below(64), draw.mostly(ENTRY_ORDERS)),
    step('unmask', f.index, number, vector + 1),
  ];
  steps.splice(draw.below(steps.length + 1), 0, enable);
  return steps;
}

/** A walk over enables, masks, contents and causes; now and then from the beginning, in the right order. */
export function interrupts(draw: Draw, can: (capability: string) => boolean): Step[] {
  if (draw.chance(13)) return cook(draw, can, draw.chance(11) ? INTERRUPT_RECIPES : LINE_RECIPES);
  const f = draw.function(({ msix, msi, pin }) => msix !== undefined || msi !== undefined || (pin > 0 && can('intx')));
  if (f === undefined) return [];
  const kinds = VECTOR_KINDS.filter((kind) => f[kind] !== undefined);
  if (kinds.length === 0 || (f.pin > 0 && can('intx') && draw.chance(4))) return lines(draw, f, can);
  const kind = draw.stream.pick(kinds);
  const number = word(VECTOR_KINDS, kind);
  const { vectors } = f[kind]!;
  const vector = draw.stream.pick([0, draw.below(Math.min(vectors, 4)), vectors - 1]);
  const steps: Step[] = draw.chance(11) ? [...wayUp(draw, f), ...setUp(draw, f, kind, vector)] : [];
  if (kind === 'msix' && can('fire') && draw.chance(3)) {
    // What came while the vector was masked is sent when it is unmasked, in whatever width.
    steps.push(step('mask', f.index, number, vector + 1), step('fire', f.index, number, vector));
    steps.push(step('unmask', f.index, number, vector + 1, draw.below(3)));
  }
  for (let times = 6 + draw.below(18); times > 0; times--) {
    if (draw.chance(2)) steps.push(...disturbance(draw, f, can));
    else if (draw.chance(5)) steps.push(...sentence(draw, f, number, vector, can));
    else steps.push(...walk(draw, f, number, vector, can));
  }
  return steps;
}

/** Enables the bridges above, without which no message gets up. */
function wayUp(draw: Draw, f: TopologyFunction): Step[] {
  return draw.above(f).map(({ index }) => step('enable', index, word(FACILITIES, 'all'), draw.below(3)));
}

/** An event between a gate that closes and the same gate that opens. */
function sentence(
  draw: Draw,
  f: TopologyFunction,
  kind: number,
  vector: number,
  can: (what: string) => boolean,
): Step[] {
  if (!can('fire')) return [];
  const at = f.index;
  const whole = draw.chance(5) ? 0 : vector + 1;
  const width = draw.mostly([0, 1, 2, 3]);
  const facility = word(FACILITIES, VECTOR_KINDS[kind]!);
  const master = word(FACILITIES, 'master');
  const fire = step('fire', at, kind, vector);
  const mask = step('mask', at, kind, whole, width);
  const unmask = step('unmask', at, kind, whole, width);
  const program = step('program', at, kind, vector, draw.below(64), draw.mostly(ENTRY_ORDERS));
  const saved = can('snapshot') ? [step('save'), step('restore')] : [];
  return draw.stream.pick([
    [mask, fire, unmask],
    [mask, fire, program, unmask, fire],
    [mask, program, unmask, fire],
    [mask, fire, step('disable', at, facility), unmask, step('enable', at, facility, 0, 32)],
    [mask, fire, ...saved, unmask],
    [step('disable', at, facility), program, step('enable', at, facility, 0, draw.stream.pick([1, 4, 32])), fire],
    [step('disable', at, master), fire, step('enable', at, master), fire],
    [step('decode off', at), fire, step('decode on', at)],
    [...saved, fire],
  ]);
}

/** What must not be felt by interrupts, or must be felt in one way: decoding, power, resets, snapshots, moves. */
function disturbance(draw: Draw, f: TopologyFunction, can: (capability: string) => boolean): Step[] {
  const at = f.index;
  const choices: Step[][] = [
    [step('decode off', at)],
    [step('decode on', at)],
    [step('power', at, word(POWER_STATES, 'd3'))],
    [step('power', at, word(POWER_STATES, 'd0'))],
    [step('flr', at, draw.mostly(RESETS))],
    [step('move bar', at, draw.bar(f), word(DESTINATIONS, 'free'), 0, draw.below(4))],
  ];
  const bridge = draw.above(f)[0];
  if (bridge !== undefined) {
    const facility = draw.among(FACILITIES, 'master', 'intx');
    choices.push([step(draw.chance(8) ? 'enable' : 'disable', bridge.index, facility, draw.below(3))]);
  }
  if (can('snapshot')) choices.push([step('save')], [step('restore')], [step('save'), step('restore')]);
  return draw.stream.pick(choices);
}

function walk(draw: Draw, f: TopologyFunction, kind: number, vector: number, can: (what: string) => boolean): Step[] {
  const whole = draw.chance(5) ? 0 : vector + 1;
  const facility = word(FACILITIES, VECTOR_KINDS[kind]!);
  switch (draw.below(14)) {
    case 0:
      return [step('mask', f.index, kind, whole, draw.mostly([0, 1, 2, 3]))];
    case 1:
    case 2:
      return [step('unmask', f.index, kind, whole, draw.mostly([0, 1, 2, 3]))];
    case 3:
      return [step('enable', f.index, facility, draw.below(3), draw.stream.pick([0, 1, 2, 32]))];
    case 4:
      return [step('disable', f.index, draw.chance(10) ? facility : word(FACILITIES, 'master'), draw.below(3))];
    case 5:
      return [step('program', f.index, kind, vector, draw.below(64), draw.mostly(ENTRY_ORDERS))];
    case 6:
      return kind === 0
        ? [step('read', f.index, word(REGIONS, 'pba'), 0, 4 * (vector >>> 5), 2)]
        : [step('config read', f.index, 2, 0x10 + 4 * draw.below(2), 2)];
    case 7:
      return [
        kind === 0
          ? step('read', f.index, word(REGIONS, 'table'), 0, 16 * vector + 4 * draw.below(4), 2)
          : step('config read', f.index, 2, 4 * draw.below(5), 2),
      ];
    case 8:
      return [step('enable', f.index, word(FACILITIES, 'master'), draw.below(3))];
    default:
      return can('fire') ? [step('fire', f.index, kind, draw.chance(13) ? vector : draw.below(64))] : [];
  }
}

/** INTx: several causes, the disable bit, falling back from messages. */
function lines(draw: Draw, f: TopologyFunction, can: (capability: string) => boolean): Step[] {
  const steps: Step[] = [];
  for (let times = 4 + draw.below(12); times > 0; times--) {
    if (draw.chance(1)) steps.push(...disturbance(draw, f, can));
    const g = draw.chance(12) ? f : (draw.function(({ pin }) => pin > 0) ?? f);
    const facility = draw.among(FACILITIES, 'intx', 'intx', 'msi', 'msix');
    const choices = [
      step('raise', g.index),
      step('lower', g.index),
      step(draw.chance(8) ? 'enable' : 'disable', g.index, facility, draw.below(3)),
      step('config read', g.index, 0, 4, 2),
      step('config write', g.index, 0, 0x3c, 0, draw.below(256)),
    ];
    steps.push(draw.stream.pick(choices));
  }
  return [...steps, step('lower', f.index)];
}

/** What virtio drivers do; rings of known doorbells, where they are and where they were, around moves of BARs. */
export function doorbells(draw: Draw, can: (capability: string) => boolean): Step[] {
  if (draw.chance(13)) return draw.chance(4) ? configurationWindow(draw) : cook(draw, can, VIRTIO_RECIPES);
  const f = draw.function(({ virtio }) => virtio.some(({ type }) => type === 2));
  if (f === undefined) return [];
  const steps: Step[] = [step('bring up', f.index)];
  for (let times = 2 + draw.below(6); times > 0; times--) {
    steps.push(step('ring', f.index, draw.below(3), draw.mostly([0, 1, 2, 3]), draw.chance(5) ? 1 : 0));
    if (draw.chance(6)) {
      const bar = draw.chance(8) ? draw.barOfRegion(f, word(REGIONS, 'notify')) : draw.bar(f);
      steps.push(
        step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(4), 0, draw.mostly([0, 1, 2])),
      );
    }
    if (draw.chance(3)) steps.push(step(draw.chance(8) ? 'decode on' : 'decode off', f.index, draw.below(3)));
    if (draw.chance(4)) {
      const region = draw.among(REGIONS, 'common', 'common', 'isr', 'device', 'notify');
      const [anchor, offset] = draw.place(f, region);
      steps.push(
        draw.chance(10)
          ? step('read', f.index, region, anchor, offset, draw.width())
          : step('write', f.index, region, anchor, offset, draw.width(), draw.dword(), 0),
      );
    }
  }
  return steps;
}

/** Accesses to the structures of a virtio device through its window in configuration space (virtio 1.2 4.1.4.9). */
function configurationWindow(draw: Draw): Step[] {
  const f = draw.function(({ virtio }) => virtio.some(({ type }) => type === 5));
  if (f === undefined) return [];
  const base = BASES.findIndex(({ name }) => name === 'virtio-window');
  const common = word(REGIONS, 'common');
  const structure = f.virtio.find(({ type }) => type === 1);
  if (structure === undefined) return [];
  const set = (offset: number, width: number, value: number): Step =>
    step('config write', f.index, base, offset, width, value, 0);
  const read = (at: number, width: number): Step => step('read', f.index, common, 0, at, width);
  const write = (at: number, width: number, value: number): Step =>
    step('write', f.index, common, 0, at, width, value, 0);
  // A device that was just reset, and a queue whose size and vector are known.
  const known = [
    write(0x14, 0, 0),
    read(0x14, 0),
    read(0x12, 1),
    write(0x16, 1, 0),
    read(0x18, 1),
    read(0x1c, 1),
    write(0x1a, 1, 0),
    read(0x1a, 1),
  ];
  const steps: Step[] = [step('bring up', f.index), ...(draw.chance(12) ? known : []), set(4, 0, structure.bar)];
  // Whatever stands in the data field: it is as wide as the widest access.
  steps.push(set(8, 2, structure.offset + 4), set(12, 2, 4), set(16, 2, draw.dword()));
  for (let times = 2 + draw.below(3); times > 0; times--) {
    const neighbours = draw.chance(5);
    const [at, width] = draw.stream.pick(neighbours ? WITH_NEIGHBOURS : FIELDS);
    const through = [set(8, 2, structure.offset + at), set(12, 2, 1 << width)];
    const direct = read(at, width);
    const indirect = step('config read', f.index, base, 16, width);
    const value = draw.chance(8) ? draw.below(4) : draw.dword();
    const beside = WITH_NEIGHBOURS.map(([other]) => read(other, 1));
    const off = step('decode off', f.index);
    const on = step('decode on', f.index);
    const ways = [
      [write(at, width, value), ...through, indirect, direct],
      [off, ...through, set(16, width, value), indirect, on, direct],
      [off, ...through, indirect, on, direct, indirect],
      [direct, ...through, indirect],
    ];
    // What stands beside it stays as it is.
    steps.push(...(neighbours ? [...through, set(16, width, value), ...beside, indirect] : draw.stream.pick(ways)));
  }
  return steps;
}

/** Fields of the common configuration that can be written, with the exponent of their width. */
const FIELDS = [
  [0x00, 2],
  [0x08, 2],
  [0x10, 1],
  [0x16, 1],
  [0x18, 1],
  [0x1a, 1],
  [0x20, 2],
  [0x24, 2],
  [0x28, 2],
  [0x2c, 2],
  [0x30, 2],
  [0x34, 2],
] as const;

/** Two that share a dword. */
const WITH_NEIGHBOURS = [
  [0x18, 1],
  [0x1a, 1],
] as const;
