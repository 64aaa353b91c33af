/** Generators about bridges, resets, snapshots and hot plug. */

import { BASES, BUS_PLACES, POWER_STATES, REGIONS, RESETS, WINDOW_PLACES, WINDOWS } from '../../scenario/names.ts';
import { look, move } from './addresses.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';
import { RESET_RECIPES, SLOT_RECIPES, SNAPSHOT_RECIPES } from './machine-recipes.ts';
import { cook } from './recipes.ts';

/** Windows and bus numbers at their edges, what is below looked at, and everything put back in most cases. */
export function bridges(draw: Draw): Step[] {
  const bridge = draw.function((f) => f.bridge !== undefined);
  if (bridge === undefined) return [];
  const child = draw.function((f) => f.parent === bridge.index);
  const steps: Step[] = [];
  const window = draw.of(WINDOWS);
  switch (draw.below(5)) {
    case 0:
    case 1:
      steps.push(step('window', bridge.index, window, draw.of(WINDOW_PLACES)));
      break;
    case 2: {
      const register = draw.stream.pick([0x1b, 0x1c, 0x1d, 0x20, 0x22, 0x24, 0x26, 0x28, 0x2c, 0x30, 0x32]);
      steps.push(step('config write', bridge.index, 0, register, draw.width(), draw.dword(), 0, draw.via()));
      steps.push(step('config read', bridge.index, 0, register & ~3, 2));
      break;
    }
    case 3:
      steps.push(step('buses', bridge.index, draw.of(BUS_PLACES), draw.below(3)));
      break;
    default:
      steps.push(step('config write', bridge.index, 0, 0x3e, draw.below(2), draw.dword() & ~0x40, 0));
      steps.push(step('config read', bridge.index, 0, 0x3c, 2));
  }
  if (child !== undefined) {
    steps.push(step('config read', child.index, 0, 0, 2, draw.via()), ...look(draw, child, draw.bar(child)));
    if (draw.chance(4)) steps.push(move(draw, child, draw.bar(child)));
    if (draw.chance(2)) {
      steps.push(step('power', bridge.index, word(POWER_STATES, 'd3')));
      steps.push(step('config read', child.index, 0, 0, 2, draw.via()), ...look(draw, child, draw.bar(child)));
      steps.push(step('power', bridge.index, word(POWER_STATES, 'd0')));
    }
  }
  if (draw.chance(3))
    steps.push(step(draw.chance(8) ? 'decode off' : 'decode on', bridge.index, draw.below(3), draw.below(3)));
  if (draw.chance(13)) {
    steps.push(
      step('buses', bridge.index, word(BUS_PLACES, 'natural')),
      step('window', bridge.index, window, word(WINDOW_PLACES, 'natural')),
      step('decode on', bridge.index),
    );
  }
  return steps;
}

/** Any reset, a look at what it left, and the way back to work. */
export function resets(draw: Draw, can: (capability: string) => boolean): Step[] {
  if (draw.chance(12)) return cook(draw, can, RESET_RECIPES);
  const f = draw.function();
  if (f === undefined) return [];
  const bridge = draw.function((one) => one.bridge !== undefined);
  const at = f.index;
  const kinds: Step[][] = [
    [step('flr', at, draw.mostly(RESETS))],
    [step('power', at, word(POWER_STATES, 'd3')), step('config read', at, 0, 0, 2), step('power', at, 0)],
    [step('power', at, draw.of(POWER_STATES)), step('power', at, word(POWER_STATES, 'd0'))],
  ];
  if (bridge !== undefined) kinds.push([step('bus reset', bridge.index)]);
  if (can('reset')) kinds.push([step('reset')]);
  if (f.virtio.length > 0) kinds.push([step('write', at, word(REGIONS, 'common'), 0, 0x14, 0, 0, 0)]);
  const chosen = draw.stream.pick(kinds);
  const steps = [...chosen, step('config read', at, 0, 4, 2, draw.via())];
  if (draw.chance(5)) steps.push(...look(draw, f, draw.bar(f)));
  return draw.chance(13) ? [...steps, step('bring up', at)] : steps;
}

/** Saves anywhere, goes on or not, and restores. */
export function snapshots(draw: Draw, can: (capability: string) => boolean): Step[] {
  if (!can('snapshot')) return [];
  if (draw.chance(11)) return cook(draw, can, SNAPSHOT_RECIPES);
  const f = draw.function();
  if (f === undefined) return [];
  const steps: Step[] = [step('save')];
  for (let times = draw.below(4); times > 0; times--) {
    const bar = draw.bar(f);
    steps.push(draw.chance(8) ? move(draw, f, bar) : step(draw.chance(8) ? 'decode on' : 'decode off', f.index));
  }
  steps.push(step('restore'), step('config read', f.index, 0, 4, 2), ...look(draw, f, draw.bar(f)));
  return steps;
}

/** Bits of Slot Control that say something: indicators, power, interrupt enables. */
const SLOT_CONTROL = [0x0001, 0x0008, 0x0020, 0x0040, 0x0080, 0x00c0, 0x0300, 0x0400, 0x0800, 0x1000];

/** A slot's registers, taking its device out and putting it in, by guests that are slow or rude. */
export function hotPlug(draw: Draw, can: (capability: string) => boolean): Step[] {
  if (draw.chance(13)) return cook(draw, can, SLOT_RECIPES);
  const port = draw.function(({ express }) => express?.slot === true);
  const pcie = BASES.findIndex(({ name }) => name === 'pcie');
  const child =
    port === undefined
      ? draw.function(({ parent, bridge }) => parent < 0 && bridge === undefined)
      : draw.function(({ parent }) => parent === port.index);
  const steps: Step[] = [];
  for (let times = 1 + draw.below(4); port !== undefined && times > 0; times--) {
    const bits = draw.stream.pick(SLOT_CONTROL);
    const choices = [
      step(draw.chance(8) ? 'config set' : 'config clear', port.index, pcie, 0x18, draw.stream.pick([1, 2]), bits),
      step('config read', port.index, pcie, 0x18, 2),
      step('config read', port.index, pcie, 0x1a, 1),
      step(
        'config write',
        port.index,
        pcie,
        0x1a,
        draw.below(2),
        draw.stream.pick([0, 0x1f, 0x119, 0xffff, 8, 0x10, 0x100]),
        0,
      ),
      step('config read', port.index, pcie, 0x12, 1),
      step(draw.chance(8) ? 'config set' : 'config clear', port.index, pcie, 0x10, 1, 0x10),
    ];
    steps.push(draw.stream.pick(choices));
  }
  if (child === undefined) return steps;
  steps.push(step('config read', child.index, 0, 0, 2, draw.via()));
  if (can('unplug') && draw.chance(8)) {
    steps.push(step('unplug', child.index), step('config read', child.index, 0, 0, 2, draw.via()));
    if (draw.chance(3)) steps.push(step('unplug', child.index));
    if (draw.chance(14)) {
      steps.push(step('plug', child.index), step('config read', child.index, 0, 0, 2, draw.via()));
      steps.push(step('bring up', child.index), ...look(draw, child, draw.bar(child)));
    }
  } else steps.push(step('bring up', child.index));
  return steps;
}
