/** Generators about BARs: sizing, halves, decoding, moves, edges. */

import { BARS, DECODINGS, DESTINATIONS, FACILITIES, ORDERS, PATTERNS, REGIONS, SPACES } from '../../scenario/names.ts';
import { barRegister, ROM_INDEX } from '../../topology/topology.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

const withBars = ({ bars }: TopologyFunction): boolean => bars.length > 0;

/** Reads in the region of a BAR, where it is and where it was. */
export function look(draw: Draw, f: TopologyFunction, bar: number): Step[] {
  const steps: Step[] = [];
  for (let times = 1 + draw.below(2); times > 0; times--)
    steps.push(step('read', f.index, bar, ...draw.place(f, bar, draw.chance(5)), draw.chance(13) ? 2 : draw.width(8)));
  return steps;
}

/** Sentences of save, probe, read, restore, with pieces left out. */
export function sizing(draw: Draw): Step[] {
  const f = draw.function(withBars);
  if (f === undefined) return [];
  const bar = draw.bar(f);
  if (draw.chance(10)) {
    const whole = step('size bar', f.index, bar, draw.mostly(PATTERNS), draw.mostly(ORDERS), draw.mostly(DECODINGS));
    return draw.chance(4) ? [whole, ...look(draw, f, bar)] : [whole];
  }
  const offset = barRegister(f, bar > 6 ? 0 : bar);
  const width = draw.width();
  const byte = draw.below(4) & ~((1 << width) - 1);
  const steps: Step[] = [];
  if (draw.chance(10)) steps.push(step('decode off', f.index, draw.below(3), draw.below(3)));
  steps.push(
    step('config write', f.index, 0, offset + byte, width, draw.dword(), 0, draw.via()),
    step('config read', f.index, 0, offset, 2, draw.via()),
  );
  if (draw.chance(8)) steps.push(step('config read', f.index, 0, offset + 4, 2));
  if (draw.chance(12))
    steps.push(step('move bar', f.index, bar, word(DESTINATIONS, 'former'), 0, 0, draw.mostly(ORDERS), 1));
  if (draw.chance(12)) steps.push(step('decode on', f.index, draw.below(3), draw.below(3)), ...look(draw, f, bar));
  return steps;
}

/** 64-bit BARs in any order of their halves, to places where a half looks like something else. */
export function halves(draw: Draw): Step[] {
  const found = draw.wide();
  if (found === undefined) return [];
  const [f, bar] = found;
  const steps: Step[] = [];
  for (let times = 1 + draw.below(3); times > 0; times--) {
    const pick = draw.below(6);
    const same = 0x40000000 * (1 + draw.below(3));
    const destination =
      pick === 0
        ? [word(DESTINATIONS, 'address'), -1, 0xf0000000 | 0]
        : pick === 1
          ? [word(DESTINATIONS, 'address'), same | 0, same | 0]
          : pick === 2
            ? [word(DESTINATIONS, 'address'), 1 << draw.below(31), draw.chance(8) ? 0 : 0xe0000000 | 0]
            : [draw.among(DESTINATIONS, 'free', 'high', 'top64', 'former', 'top32'), 0, draw.below(4)];
    if (destination[0] !== word(DESTINATIONS, 'free') && pick > 2) destination[2] = 0;
    const [kind = 0, a = 0, b = 0] = destination;
    steps.push(
      step('move bar', f.index, bar, kind, a, b, draw.of(ORDERS), draw.mostly(DECODINGS)),
      ...look(draw, f, bar),
    );
  }
  if (draw.chance(10)) steps.push(step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, 0));
  return steps;
}

/** Command changes in every width, with accesses between. */
export function decoding(draw: Draw): Step[] {
  const f = draw.function(withBars);
  if (f === undefined) return [];
  if (f.bars.some(({ index }) => index === ROM_INDEX) && draw.chance(4)) return rom(draw, f);
  const bar = draw.bar(f);
  const steps: Step[] = [];
  for (let times = 1 + draw.below(3); times > 0; times--) {
    const on = draw.chance(8);
    steps.push(
      step(on ? 'decode on' : 'decode off', f.index, draw.mostly(SPACES), draw.below(3)),
      ...look(draw, f, bar),
    );
  }
  if (draw.chance(2))
    steps.push(
      step(draw.chance(8) ? 'enable' : 'disable', f.index, word(FACILITIES, 'rom'), 0),
      step('config read', f.index, 0, 4, 2),
    );
  if (draw.chance(12)) steps.push(step('decode on', f.index));
  return steps;
}

/** An expansion ROM under its two enables: each is switched alone, and the contents are looked at between. */
function rom(draw: Draw, f: TopologyFunction): Step[] {
  const bar = word(BARS, 'rom');
  const enable = (on: boolean): Step => step(on ? 'enable' : 'disable', f.index, word(FACILITIES, 'rom'), 0);
  const seen = [step('read', f.index, bar, 0, 4 * draw.below(4), 2), step('read', f.index, bar, 0, 0, 2)];
  const steps = [
    step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(4)),
    enable(true),
    step('decode on', f.index),
    ...seen,
    ...seen,
  ];
  for (let times = 1 + draw.below(3); times > 0; times--) {
    const choices = [
      [enable(false)],
      [enable(true)],
      [step('decode off', f.index, draw.below(2))],
      [step('decode on', f.index, draw.below(2))],
      [step('write', f.index, bar, 0, 4 * draw.below(4), draw.width(), draw.dword(), 0)],
    ];
    steps.push(...draw.stream.pick(choices), ...seen);
  }
  return [...steps, step('config read', f.index, 0, 4, 2), enable(false), step('decode on', f.index)];
}

const ROUGH = ['free', 'free', 'free', 'overlap', 'before', 'after', 'former', 'same', 'bottom', 'top'] as const;
const ROUGHER = ['zero', 'top32', 'high', 'ram', 'outside'] as const;

/** A move of any BAR of a function. */
export function move(draw: Draw, f: TopologyFunction, bar: number): Step {
  const name = draw.stream.pick(draw.chance(14) ? ROUGH : ROUGHER);
  const kind = word(DESTINATIONS, name);
  const other = draw.function(withBars) ?? f;
  const [a, b] =
    name === 'overlap' || name === 'before' || name === 'after'
      ? [other.index, draw.bar(other)]
      : [0, name === 'free' ? draw.below(8) : 0];
  return step('move bar', f.index, bar, kind, a, b, draw.mostly(ORDERS), draw.mostly(DECODINGS));
}

/** Several BARs of several devices move: apart, onto each other, round, back. */
export function moves(draw: Draw): Step[] {
  const steps: Step[] = [];
  for (let times = 1 + draw.below(5); times > 0; times--) {
    const f = draw.function(withBars);
    if (f === undefined) break;
    const bar = draw.bar(f);
    if (draw.chance(3)) {
      const other = draw.function(withBars) ?? f;
      const otherBar = draw.bar(other);
      steps.push(step('swap', f.index, bar, other.index, otherBar, draw.mostly(ORDERS), draw.mostly(DECODINGS)));
      steps.push(...look(draw, other, otherBar));
    } else steps.push(move(draw, f, bar));
    if (draw.chance(11)) steps.push(...look(draw, f, bar));
  }
  if (draw.chance(3)) steps.push(step('sweep regions'));
  return steps;
}

/** A region just below the top, which the size probe of another lies on while that one decodes. */
function probedOver(draw: Draw, f: TopologyFunction, bar: number): Step[] {
  const other = draw.function((one) => one !== f && one.bars.some(({ exponent }) => exponent > 12));
  const large = other?.bars.find(({ exponent, index }) => exponent > 12 && index !== ROM_INDEX);
  if (other === undefined || large === undefined) return [];
  const place = -(2 ** large.exponent) | 0;
  const read = step('read', f.index, bar, 0, 0, 2);
  return [
    step('move bar', f.index, bar, word(DESTINATIONS, 'address'), 0, place, 0, word(DECODINGS, 'on')),
    read,
    read,
    step('decode on', other.index),
    step('size bar', other.index, large.index, 0, 0, word(DECODINGS, 'kept')),
    read,
  ];
}

/** First and last bytes of every space. */
export function edges(draw: Draw): Step[] {
  const f = draw.function(withBars);
  if (f === undefined) return [];
  const bar = draw.bar(f);
  const kind = draw.among(DESTINATIONS, 'top32', 'top64', 'zero', 'top', 'bottom', 'outside', 'high');
  const steps = [
    step('move bar', f.index, bar, kind, 0, 0, draw.mostly(ORDERS), draw.mostly(DECODINGS)),
    step('read', f.index, bar, 0, 0, 2),
    step('read', f.index, bar, 1, -4, 2),
    step('read', f.index, bar, 1, draw.stream.pick([0, -1, -2]), draw.width(8)),
  ];
  if (draw.chance(4)) steps.push(step('port read', draw.stream.pick([0xffff, 0xfffe, 0xfffd, 0]), draw.width()));
  if (draw.chance(4)) steps.push(step('memory read', -1, draw.stream.pick([-1, -2, -4, -8, -4096]), draw.width(8)));
  if (draw.chance(3)) steps.push(...probedOver(draw, f, bar));
  if (draw.chance(12)) steps.push(step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(3)));
  return steps;
}

/** Both sides of what lies beside each other behind a BAR: table, pending bits, device registers. */
export function tables(draw: Draw): Step[] {
  const f = draw.function(({ msix }) => msix !== undefined);
  if (f?.msix === undefined) return [];
  const table = word(REGIONS, 'table');
  const pending = word(REGIONS, 'pba');
  const steps: Step[] = [];
  for (let times = 2 + draw.below(4); times > 0; times--) {
    const vector = draw.stream.pick([0, f.msix.vectors - 1, draw.below(f.msix.vectors)]);
    const width = draw.chance(12) ? draw.stream.pick([2, 3]) : draw.width(8);
    const place = draw.stream.pick([
      [table, 0, 16 * vector + 4 * draw.below(4)],
      [table, 0, 16 * vector + 8 * draw.below(2)],
      [table, 1, draw.stream.pick([0, 4, 12, 16, -4, -8])],
      [pending, 0, 4 * (vector >>> 5)],
      [pending, 1, draw.stream.pick([0, -4, -8, 8])],
      [table, 0, draw.stream.pick([-4, -8])],
    ]);
    const [region = 0, anchor = 0, offset = 0] = place;
    if (draw.chance(7)) steps.push(step('write', f.index, region, anchor, offset, width, draw.dword(), draw.dword()));
    steps.push(step('read', f.index, region, anchor, offset, width));
  }
  return steps;
}
