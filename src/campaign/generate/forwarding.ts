/** Generators about what bridges forward: windows to places that only upper halves name, legacy ports, enables. */

import { DESTINATIONS, WINDOW_PLACES, WINDOWS } from '../../scenario/names.ts';
import type { Bar, TopologyFunction } from '../../topology/topology.ts';
import { look } from './addresses.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

const BRIDGE_CONTROL = 0x3e;
const ISA_ENABLE = 0x04;
const VGA_ENABLE = 0x08;
const VGA_16_BIT = 0x10;

/** One bridge is changed, something below it is looked at, and the bridge is put back as it was. */
export function forwarding(draw: Draw): Step[] {
  const below = draw.chance(6) ? (one: TopologyFunction) => one.parent >= 0 && hasPorts(one) : undefined;
  // Few ports fit among those of a VGA card.
  const ports =
    below &&
    ((draw.chance(10) ? draw.function((one) => below(one) && isSmall(one)) : undefined) ?? draw.function(below));
  if (ports !== undefined) return legacyPorts(draw, ports);
  const f = draw.function((one) => one.parent >= 0 && one.bars.length > 0);
  if (f === undefined) return [];
  const bridge = draw.stream.pick(draw.above(f));
  const wide = draw.chance(8) ? f.bars.filter(({ kind }) => kind === 'memory64') : [];
  const bar = draw.stream.pick(wide.length > 0 ? wide : f.bars);
  const steps = [
    step('decode on', bridge.index),
    step('decode on', f.index),
    step('decode off', bridge.index, draw.below(3), draw.below(3)),
    ...(draw.chance(4) ? look(draw, f, bar.index) : []),
    step('decode on', bridge.index, 0, draw.below(3)),
  ];
  const window = draw.chance(12) ? word(WINDOWS, windowOf(bridge, bar)) : draw.of(WINDOWS);
  for (let times = 2; times > 0; times--) {
    const place = draw.chance(10)
      ? draw.among(WINDOW_PLACES, 'wide', 'wide', 'beyond', 'swapped')
      : draw.of(WINDOW_PLACES);
    steps.push(step('window', bridge.index, window, place), step('read', f.index, bar.index, 0, 0, 2));
    if (draw.chance(4))
      steps.push(step('move bar', f.index, bar.index, draw.among(DESTINATIONS, 'top', 'bottom', 'free')));
  }
  return [...steps, step('window', bridge.index, window, word(WINDOW_PLACES, 'natural'))];
}

function hasPorts({ bars }: TopologyFunction): boolean {
  return bars.some(({ kind }) => kind === 'io');
}

function isSmall({ bars }: TopologyFunction): boolean {
  return bars.some(({ kind, exponent }) => kind === 'io' && exponent <= 4);
}

/** The window in which the enumeration has put a BAR. */
function windowOf({ bridge }: TopologyFunction, { kind, address }: Bar): (typeof WINDOWS)[number] {
  if (kind === 'io') return 'io-window';
  const high = bridge?.prefetchable;
  return high !== undefined && high.base <= address && address <= high.last ? 'prefetchable-window' : 'memory-window';
}

/** Ports of the ISA and VGA bits, where a BAR is moved to, and those that a window's upper halves leave out. */
function legacyPorts(draw: Draw, f: TopologyFunction): Step[] {
  const [smallest] = f.bars.filter(({ kind }) => kind === 'io').toSorted((one, other) => one.exponent - other.exponent);
  const { index: bar, exponent } = smallest!;
  const bridges = draw.above(f);
  const control = (bits: number): Step[] =>
    bridges.map((bridge) => step('config write', bridge.index, 0, BRIDGE_CONTROL, 0, bits, 0));
  const on = [...bridges, f].map(({ index }) => step('decode on', index));
  const seen = [step('read', f.index, bar, 0, 0, 0), step('read', f.index, bar, 1, -1, 0)];
  const window = word(WINDOWS, 'io-window');
  const windows = (place: (typeof WINDOW_PLACES)[number]): Step[] =>
    bridges.map(({ index }) => step('window', index, window, word(WINDOW_PLACES, place)));
  // Beyond the ports that there are, which only the upper halves of a window say.
  if (draw.chance(5)) return [...on, ...seen, ...windows('beyond'), ...seen, ...windows('natural'), ...seen];
  if (exponent > 4 ? draw.chance(12) : draw.chance(5)) {
    const to = step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(16));
    return [to, ...on, ...seen, ...control(ISA_ENABLE), ...seen, ...control(0), ...seen];
  }
  // Of the ports of a VGA card the upper six bits count only if the bridge is told so.
  const alias = 0x400 * (8 + draw.below(56));
  const port = alias + draw.stream.pick([0x3b0, 0x3c0, 0x3d0]);
  // The same register, before and after.
  const read = step('read', f.index, bar, 0, port & (2 ** exponent - 1), 2);
  return [
    ...on,
    read,
    read,
    step('move bar', f.index, bar, word(DESTINATIONS, 'address'), 0, port),
    ...windows('closed'),
    ...control(VGA_ENABLE),
    read,
    ...(draw.chance(8) ? [...control(VGA_ENABLE | VGA_16_BIT), read] : []),
    ...control(0),
    ...windows('natural'),
    step('move bar', f.index, bar, word(DESTINATIONS, 'free')),
  ];
}
