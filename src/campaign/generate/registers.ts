/** Generators about configuration space: bits, widths, routing, lists. */

import { BASES, DECODINGS, RELATIONS, SELECTIONS, VIAS } from '../../scenario/names.ts';
import { capabilityAt } from '../../topology/topology.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

/** Bytes of a capability that are played with; beyond its end lies a neighbour, which must not be damaged either. */
const CAPABILITY_BYTES = 0x20;
/** Registers of a capability that are written in a row; PCI Express has 14 behind its first dword. */
const WALKED = 14;

/** Base and dword offset of a register that a function has. */
function place(draw: Draw, f: TopologyFunction): [base: number, offset: number] {
  const bases = BASES.flatMap(({ name, id, extended }, base) =>
    name === 'config' || name === 'virtio-window' || capabilityAt(extended ? f.extended : f.capabilities, id) === 0
      ? []
      : [base],
  );
  if (bases.length > 0 && draw.chance(9)) return [draw.stream.pick(bases), 4 * draw.below(CAPABILITY_BYTES / 4)];
  return [0, 4 * (draw.chance(12) ? draw.below(16) : draw.below(64))];
}

/** Registers of a header that decide neither what decodes nor how it is reached, or whose loss is mended at once. */
const TYPE_0 = [0x00, 0x06, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x28, 0x2c, 0x30, 0x34, 0x38, 0x3c];
const TYPE_1 = [0x00, 0x06, 0x08, 0x0c, 0x10, 0x14, 0x1b, 0x1e, 0x30, 0x34, 0x38, 0x3c];

/**
 * The same pattern to one register of the header after another, as a fuzzer or a save and restore without care does, or
 * to the same register of several functions.
 */
export function headers(draw: Draw): Step[] {
  // Bridges are few, and have more registers of their own.
  const f = (draw.chance(4) ? draw.function((one) => one.bridge !== undefined) : undefined) ?? draw.function();
  if (f === undefined) return [];
  const pattern = draw.chance(10) ? -1 : draw.dword();
  const bridge = f.bridge !== undefined;
  const offsets = bridge ? TYPE_1 : TYPE_0;
  const first = draw.of(offsets);
  const write = ({ index }: TopologyFunction, number: number): Step => {
    const offset = offsets[number % offsets.length]!;
    return step('config write', index, 0, offset, offset % 4 === 0 ? 2 : offset % 2 === 0 ? 1 : 0, pattern, 0);
  };
  if (draw.chance(8)) {
    const like = draw.several(8, (one) => (one.bridge !== undefined) === bridge);
    return like.map((one) => write(one, first));
  }
  return Array.from({ length: 4 + draw.below(5) }, (_, number) => write(f, first + number));
}

/** The same pattern to all registers of a capability, also to those that the function need not have. */
function walk(f: TopologyFunction, base: number, first: number, pattern: number): Step[] {
  return Array.from({ length: WALKED }, (_, number) =>
    step('config write', f.index, base, first + 4 * number, 2, pattern, 0),
  );
}

/** Writes a pattern to part of a register and reads the whole, or to one register after another. */
export function registerBits(draw: Draw): Step[] {
  const f = draw.function();
  if (f === undefined) return [];
  const [base, offset] = place(draw, f);
  if (draw.chance(6)) return walk(f, base, base === 0 ? offset : 4, draw.chance(8) ? -1 : draw.dword());
  const steps: Step[] = [];
  for (let times = 1 + draw.below(4); times > 0; times--) {
    const width = draw.width();
    const byte = draw.below(4) & ~((1 << width) - 1);
    const at = [f.index, base, offset + byte] as const;
    const bit = 1 << draw.below(8 << width);
    if (draw.chance(10)) steps.push(step('config write', ...at, width, draw.dword(), 0, draw.via()));
    else steps.push(step(draw.chance(8) ? 'config set' : 'config clear', ...at, width, bit, draw.via()));
    steps.push(step('config read', f.index, base, offset, 2, draw.via()));
  }
  // By the ports it is 256 bytes that are read, not 4096.
  if (draw.chance(1)) steps.push(step('sweep config', f.index, draw.below(3), word(VIAS, 'cam')));
  return steps;
}

/** Every width at every offset, aligned or not, by both mechanisms, ends included. */
export function widths(draw: Draw): Step[] {
  const f = draw.function();
  if (f === undefined) return [];
  const steps: Step[] = [];
  for (let times = 1 + draw.below(4); times > 0; times--) {
    const [base, dword] = place(draw, f);
    const offset = draw.chance(1) ? draw.stream.pick([0xfc, 0xff, 0xffc, 0xfff, 0x100]) : dword + draw.below(4);
    const width = draw.width(8);
    switch (draw.below(7)) {
      case 0:
        steps.push(step('config write', f.index, base, offset, width, draw.dword(), draw.dword(), draw.via()));
        // Two registers at once, as nobody should.
        steps.push(step('config write', f.index, base, dword & ~7, 3, draw.dword(), draw.dword(), word(VIAS, 'ecam')));
        break;
      case 1:
      case 2: {
        steps.push(step('select', f.index, base, offset, draw.of(SELECTIONS)));
        if (draw.chance(8)) steps.push(step('port read', 0xcf8, 2));
        const port = 0xcfc + draw.below(4);
        steps.push(
          draw.chance(8) ? step('port read', port, draw.width()) : step('port write', port, draw.width(), draw.dword()),
        );
        break;
      }
      case 3: {
        const region = draw.region(f);
        const [anchor, at] = draw.place(f, region);
        const where = [f.index, region, anchor, at + draw.below(4)] as const;
        if (draw.chance(10)) steps.push(step('read', ...where, width));
        else steps.push(step('write', ...where, width, draw.dword(), draw.dword()));
        break;
      }
      default:
        steps.push(step('config read', f.index, base, offset, width, draw.via()));
        for (let byte = 0; draw.chance(6) && byte < 4; byte++)
          steps.push(step('config read', f.index, base, (offset & ~3) + byte, 0, draw.via()));
    }
  }
  return steps;
}

/** Numbers of functions that are there and that are not, by both mechanisms. */
export function routing(draw: Draw): Step[] {
  const f = draw.function();
  if (f === undefined) return [];
  const steps: Step[] = [];
  for (let times = 1 + draw.below(5); times > 0; times--) {
    const relation =
      f.bridge === undefined
        ? draw.among(RELATIONS, 'peer', 'peer', 'beyond', 'vf')
        : draw.among(RELATIONS, 'peer', 'below', 'beyond');
    const own = f.bdf & 0xff;
    const number = draw.stream.pick([0, 8 * draw.below(32), draw.below(256), own ^ (1 << draw.below(8)), own]);
    const offset = draw.stream.pick([0, 0, 2, 4, 8, 0x0e, 0x2c, 0x34, 0x100, 0x104]);
    const target = [f.index, relation, number, offset] as const;
    if (draw.chance(14)) steps.push(step('route read', ...target, draw.width(), draw.via()));
    else steps.push(step('route write', ...target, draw.width(), draw.dword(), draw.via()));
  }
  if (draw.chance(8)) {
    // The same place on a bus that nobody has, most likely.
    const nobody = (f.bdf & ~0xff00) | ((0x80 + draw.below(0x80)) << 8);
    const number = draw.chance(8) ? nobody : nobody & ~0xff;
    steps.push(step('route read', f.index, word(RELATIONS, 'at'), number, 0, 2, draw.via()));
  }
  if (draw.chance(2)) steps.push(step('sweep buses', f.index, draw.via()));
  if (draw.chance(6)) {
    // A register that is never 0, most likely.
    const register = draw.stream.pick([0, 0, 8, 4 * draw.below(16)]);
    steps.push(
      step('select', f.index, 0, register, draw.among(SELECTIONS, 'enabled', 'disabled', 'junk')),
      draw.chance(8) ? step('port read', 0xcfc, 2) : step('port read', 0xcfc + draw.below(4), draw.width()),
    );
  }
  return steps;
}

/** Walks what the lists lead to; sets up what only a capability's registers can. */
export function capabilities(draw: Draw): Step[] {
  const f = draw.function(({ capabilities: list }) => list.length > 0);
  if (f === undefined) return [];
  const steps: Step[] = [step('config read', f.index, 0, 4, 2, draw.via()), step('config read', f.index, 0, 0x34, 0)];
  for (const { offset } of [...f.capabilities, ...f.extended].slice(0, 12)) {
    const width = draw.width(8);
    const via = offset < 0x100 ? draw.via() : word(VIAS, 'ecam');
    steps.push(step('config read', f.index, 0, offset, 2, via));
    if (draw.chance(6))
      steps.push(step('config read', f.index, 0, offset + 4 * draw.below(4) + draw.below(4), width, via));
  }
  return steps;
}

const baseNumber = (wanted: (typeof BASES)[number]['name']): number => BASES.findIndex(({ name }) => name === wanted);

const VF_ENABLE = 1;
const VF_MEMORY = 8;

/** Virtual functions come, are looked at, and go; often others come in their place, as many or fewer. */
export function virtualFunctions(draw: Draw): Step[] {
  const f = draw.function(({ sriov }) => sriov !== undefined);
  if (f?.sriov === undefined) return [];
  const { sriov } = f;
  const base = baseNumber('sriov');
  const total = Math.max(sriov.virtualFunctions, 1);
  const count = draw.chance(10) ? 1 + draw.below(total) : draw.stream.pick([0, 1, total, total + 1, 0xffff]);
  const off = step('config clear', f.index, base, 0x08, 1, VF_ENABLE | VF_MEMORY);
  const come = (number: number): Step[] => [
    step('config write', f.index, base, 0x10, 1, number),
    step('config read', f.index, base, 0x14, 2),
    step('config set', f.index, base, 0x08, draw.below(3), VF_ENABLE | (draw.chance(12) ? VF_MEMORY : 0)),
  ];
  const seen = [draw.below(Math.max(count, 1)), count].map((number) =>
    step('route read', f.index, word(RELATIONS, 'vf'), Math.min(number, 255), draw.stream.pick([0, 4, 0x10]), 2),
  );
  const steps = [off, ...placeVirtual(draw, f), ...come(count), ...seen];
  if (draw.chance(8)) return [...steps, off, ...come(draw.below(Math.min(count, total) + 1))];
  return [
    ...steps,
    step('config clear', f.index, base, 0x08, draw.below(3), draw.stream.pick([VF_ENABLE, VF_MEMORY])),
    ...seen,
  ];
}

/** A place for the BARs of virtual functions, high above that of a BAR of the physical one; enumeration gives them none. */
function placeVirtual(draw: Draw, f: TopologyFunction): Step[] {
  const wide = f.bars.find(({ kind }) => kind === 'memory64');
  const virtual = f.sriov?.bars.find(({ kind }) => kind === 'memory64');
  if (f.sriov === undefined || wide === undefined || virtual === undefined || draw.chance(4)) return [];
  const at = 0x24 + 4 * virtual.index;
  const hi = Number(BigInt.asIntN(32, wide.address >> 32n)) + (0x20 << draw.below(2));
  return [
    step('config write', f.index, baseNumber('sriov'), at, 2, 0),
    step('config write', f.index, baseNumber('sriov'), at + 4, 2, hi | 0),
  ];
}

/** The enable of an entry and that of its space, each alone. */
export function fixedRanges(draw: Draw): Step[] {
  const f = draw.function(({ fixed }) => fixed.length > 0);
  if (f === undefined) return [];
  // Most often the first: what is fixed for good stands behind it.
  const { at, io, base: address } = f.fixed[draw.mostly(f.fixed)]!;
  const entry = at - capabilityAt(f.capabilities, 0x14);
  const enable = (on: boolean): Step =>
    step(on ? 'config set' : 'config clear', f.index, baseNumber('ea'), entry + 3, 0, 0x80);
  const hi = Number(BigInt.asIntN(32, address >> 32n));
  const lo = Number(BigInt.asIntN(32, address));
  const read = io ? step('port read', lo & 0xffff, 2) : step('memory read', hi, lo, 2);
  const steps = [step('decode on', f.index), enable(true), read];
  const single = [enable(false), read, enable(true)];
  const space = [step('decode off', f.index, draw.below(3)), read, step('decode on', f.index)];
  return draw.chance(8) ? [...steps, ...single, ...space] : [...steps, ...space, ...single];
}

/** Sizes of resizable BARs, allowed or not, with decoding off as they should be set, and the masks that follow. */
export function resizing(draw: Draw): Step[] {
  const f = draw.function(({ extended }) => capabilityAt(extended, 0x15) !== 0);
  if (f === undefined) return [];
  const rbar = baseNumber('rbar');
  const memory = f.bars.filter(({ kind, index }) => kind !== 'io' && index < 6);
  const entry = 8 * draw.below(Math.min(memory.length, 3));
  const steps: Step[] = draw.chance(14) ? [step('decode off', f.index)] : [];
  for (let times = 1 + draw.below(2); times > 0; times--) {
    // Small ones are what most devices have.
    const size = draw.chance(12) ? draw.below(4) : draw.below(20);
    steps.push(
      step('config write', f.index, rbar, 0x09 + entry, 0, size),
      step('config read', f.index, rbar, 8 + entry, 2),
    );
    for (const { index } of memory.slice(0, 3))
      steps.push(step('size bar', f.index, index, 0, 0, word(DECODINGS, 'kept')));
  }
  return [...steps, step('decode on', f.index)];
}
