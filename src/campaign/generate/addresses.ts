/** Generators about BARs: sizing, halves, decoding, moves, edges. */

import { BARS, DECODINGS, DESTINATIONS, FACILITIES, ORDERS, PATTERNS, REGIONS, SPACES } from '../../scenario/names.ts';
import { barRegister, ROM_INDEX } from '../../topology/topology.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

const withBars = ({ bars }: TopologyFunction): boolean => bars.length > 0;
const hasRom = ({ bars }: TopologyFunction): boolean => bars.some(({ index }) => index === ROM_INDEX);
/** On a root bus every address of the machine's apertures can be reached. */
const atRoot = (f: TopologyFunction): boolean => f.parent < 0 && withBars(f);

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
  const bar = draw.bar(f);
  const steps: Step[] = [];
  for (let times = 1 + draw.below(4); times > 0; times--) {
    const on = draw.chance(8);
    steps.push(step(on ? 'decode on' : 'decode off', f.index, draw.of(SPACES), draw.below(3)));
    if (draw.chance(5)) steps.push(...look(draw, f, bar));
  }
  if (draw.chance(2))
    steps.push(
      step(draw.chance(8) ? 'enable' : 'disable', f.index, word(FACILITIES, 'rom'), 0),
      step('config read', f.index, 0, 4, 2),
    );
  if (draw.chance(12)) steps.push(step('decode on', f.index));
  return steps;
}

/** An expansion ROM: it is written to while it decodes; then each of its two enables is switched alone, in any order. */
export function roms(draw: Draw): Step[] {
  const f = draw.function(hasRom);
  if (f === undefined) return [];
  const bar = word(BARS, 'rom');
  const enable = (on: boolean): Step => step(on ? 'enable' : 'disable', f.index, word(FACILITIES, 'rom'), 0);
  const kinds: Step[][] = [
    [enable(false), enable(true)],
    [step('decode off', f.index, draw.below(2)), step('decode on', f.index)],
    [step('config write', f.index, 0, barRegister(f, ROM_INDEX), 2, draw.dword(), 0)],
    [step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(8))],
  ];
  const steps = [
    step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(4)),
    enable(true),
    step('decode on', f.index),
    step('write', f.index, bar, 0, 0, draw.stream.pick([0, 1, 2, 2, 2, 2]), draw.dword(), 0),
    step('read', f.index, bar, 0, 0, 2),
  ];
  for (let times = 2 + draw.below(2); times > 0; times--) {
    const [chosen = []] = kinds.splice(draw.below(kinds.length), 1);
    steps.push(...chosen);
  }
  return [...steps, enable(false)];
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

/** A BAR moves as an operating system moves it: decoding off, the address in any pieces, decoding on by any write. */
export function relocation(draw: Draw): Step[] {
  const f = draw.function(withBars);
  if (f === undefined) return [];
  const bar = draw.bar(f);
  const to = [word(DESTINATIONS, 'free'), 0, draw.below(8), draw.of(ORDERS), word(DECODINGS, 'kept')];
  return [
    step('decode off', f.index, 0, draw.below(3)),
    step('move bar', f.index, bar, ...to),
    step('decode on', f.index, 0, draw.below(3)),
    ...(draw.chance(8) ? look(draw, f, bar) : []),
  ];
}

/** A region comes onto another one, or onto RAM, one of them is switched off or goes away, and both are looked at. */
export function covering(draw: Draw): Step[] {
  const f = draw.function(withBars);
  const other = draw.function((one) => one !== f && withBars(one)) ?? f;
  if (f === undefined || other === undefined) return [];
  const bar = draw.bar(f);
  const under = draw.bar(other);
  const place = draw.chance(12)
    ? [word(DESTINATIONS, 'overlap'), other.index, under]
    : [word(DESTINATIONS, 'ram'), 0, 0];
  const decoding = draw.of(DECODINGS);
  const middle = draw.stream.pick([
    [step('decode off', f.index), step('decode on', f.index)],
    [step('decode off', other.index), ...look(draw, f, bar), step('decode on', other.index)],
    [step('decode off', other.index), step('decode off', f.index), step('decode on', f.index)],
    [step('size bar', f.index, bar, 0, draw.mostly(ORDERS), draw.of(DECODINGS))],
  ]);
  const steps = [
    ...(draw.chance(5) ? [step('decode off', other.index)] : []),
    step('move bar', f.index, bar, ...place, draw.mostly(ORDERS), decoding),
    ...middle,
    step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(4), draw.mostly(ORDERS)),
    step('read', other.index, under, 0, 0, 2),
  ];
  return draw.chance(12) ? [...steps, step('decode on', f.index), step('decode on', other.index)] : steps;
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
function probedOver(draw: Draw): Step[] {
  const large = (f: TopologyFunction) =>
    f.bars.find(({ exponent, index, kind }) => exponent > 12 && exponent < 26 && index !== ROM_INDEX && kind !== 'io');
  const other = draw.function((one) => one.parent < 0 && large(one) !== undefined);
  const probed = other && large(other);
  const f = draw.function((one) => one !== other && one.parent < 0 && one.bars.some(({ kind }) => kind !== 'io'));
  if (f === undefined || other === undefined || probed === undefined) return [];
  const bar = word(BARS, 'memory');
  const place = -(2 ** probed.exponent) | 0;
  const read = step('read', f.index, bar, 0, 0, 2);
  return [
    step('move bar', f.index, bar, word(DESTINATIONS, 'address'), 0, place, 0, word(DECODINGS, 'on')),
    read,
    read,
    step('decode on', other.index),
    // A probe reaches the top of 32 bits only while the upper half is 0.
    step('move bar', other.index, probed.index, word(DESTINATIONS, 'bottom')),
    step('size bar', other.index, probed.index, 0, 0, word(DECODINGS, 'kept')),
    read,
  ];
}

/** First and last bytes of every space, often with two BARs one after the other: their kinds may differ. */
export function edges(draw: Draw): Step[] {
  if (draw.chance(4)) return probedOver(draw);
  const kind = draw.among(DESTINATIONS, 'top32', 'top32', 'top32', 'top64', 'zero', 'top', 'bottom', 'outside', 'high');
  const steps: Step[] = [];
  for (let times = 1 + draw.below(3); times > 0; times--) {
    const f = draw.function(draw.chance(12) ? atRoot : withBars);
    if (f === undefined) return steps;
    // Only one of 64 bits may cross, or touch, a border of 32.
    const wide = draw.chance(6) ? f.bars.find((one) => one.kind === 'memory64') : undefined;
    const bar = wide?.index ?? draw.bar(f);
    const to = wide === undefined ? kind : draw.among(DESTINATIONS, 'top32', 'top32', 'top64', 'high');
    steps.push(
      step('move bar', f.index, bar, to, 0, 0, draw.mostly(ORDERS), draw.mostly(DECODINGS)),
      step('read', f.index, bar, 0, 0, 2),
      step('read', f.index, bar, 1, -4, 2),
      step('read', f.index, bar, 1, draw.stream.pick([0, -1, -2]), draw.width(8)),
    );
    if (draw.chance(12)) steps.push(step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(3)));
  }
  if (draw.chance(4)) steps.push(step('port read', draw.stream.pick([0xffff, 0xfffe, 0xfffd, 0]), draw.width()));
  if (draw.chance(4)) steps.push(step('memory read', -1, draw.stream.pick([-1, -2, -4, -8, -4096]), draw.width(8)));
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
      // What lies behind either, as far as the tables are long.
      [pending, 1, 4 * draw.below(4 * Math.min(f.msix.vectors, 64))],
      [table, 1, 4 * draw.below(4 * Math.min(f.msix.vectors, 64))],
      [pending, 1, 4 * draw.below(4)],
    ]);
    const [region = 0, anchor = 0, offset = 0] = place;
    if (draw.chance(9)) steps.push(step('write', f.index, region, anchor, offset, width, draw.dword(), draw.dword()));
    steps.push(step('read', f.index, region, anchor, offset, width));
  }
  return steps;
}
