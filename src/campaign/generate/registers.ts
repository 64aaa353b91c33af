/** Generators about configuration space: bits, widths, routing, lists. */

import { BASES, RELATIONS, SELECTIONS, VIAS } from '../../scenario/names.ts';
import { capabilityAt } from '../../topology/topology.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

/** Bytes of a capability that are played with; beyond its end lies a neighbour, which must not be damaged either. */
const CAPABILITY_BYTES = 0x20;

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

/** Writes a pattern to part of a register and reads the whole. */
export function registerBits(draw: Draw): Step[] {
  const f = draw.function();
  if (f === undefined) return [];
  const [base, offset] = place(draw, f);
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
  if (draw.chance(1)) steps.push(step('sweep config', f.index, draw.below(3), draw.via()));
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
    switch (draw.below(6)) {
      case 0:
        steps.push(step('config write', f.index, base, offset, width, draw.dword(), draw.dword(), draw.via()));
        break;
      case 1: {
        steps.push(step('select', f.index, base, offset, draw.among(SELECTIONS, 'enabled', 'word-wise', 'junk')));
        if (draw.chance(4)) steps.push(step('port read', 0xcf8, 2));
        const port = 0xcfc + draw.below(4);
        steps.push(
          draw.chance(8) ? step('port read', port, draw.width()) : step('port write', port, draw.width(), draw.dword()),
        );
        break;
      }
      case 2: {
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
  if (draw.chance(2)) steps.push(step('sweep buses', f.index, draw.via()));
  if (draw.chance(3)) {
    steps.push(
      step('select', f.index, 0, 4 * draw.below(16), draw.among(SELECTIONS, 'enabled', 'disabled', 'junk')),
      step('port read', 0xcfc + draw.below(4), draw.width()),
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
  if (f.sriov !== undefined) {
    const count = draw.stream.pick([0, 1, f.sriov.virtualFunctions, f.sriov.virtualFunctions + 1, 0xffff]);
    const sriov = BASES.findIndex(({ name }) => name === 'sriov');
    steps.push(
      step('config write', f.index, sriov, 0x10, 1, count),
      step('config set', f.index, sriov, 0x08, 1, 9),
      step('config read', f.index, sriov, 0x10, 2),
      step('route read', f.index, word(RELATIONS, 'vf'), draw.below(4), 0, 2),
      step('config clear', f.index, sriov, 0x08, 1, 1),
      step('route read', f.index, word(RELATIONS, 'vf'), draw.below(4), 0, 2),
    );
  }
  if (capabilityAt(f.extended, 0x15) !== 0 && draw.chance(6)) {
    const rbar = BASES.findIndex(({ name }) => name === 'rbar');
    steps.push(
      step('decode off', f.index),
      step('config write', f.index, rbar, 0x09, 0, draw.below(20)),
      step('config read', f.index, rbar, 0x08, 2),
      step('size bar', f.index, draw.bar(f)),
      step('decode on', f.index),
    );
  }
  return steps;
}
