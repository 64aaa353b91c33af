/** Generators about what bridges forward: windows to places that only upper halves name, legacy ports, enables. */

import { DESTINATIONS, WINDOW_PLACES, WINDOWS } from '../../scenario/names.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { look } from './addresses.ts';
import { step, word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

const BRIDGE_CONTROL = 0x3e;
const ISA_ENABLE = 0x04;
const VGA_ENABLE = 0x08;
const VGA_16_BIT = 0x10;

/** One bridge is changed, something below it is looked at, and the bridge is put back as it was. */
export function forwarding(draw: Draw): Step[] {
  const withPorts = (f: TopologyFunction): boolean => f.parent >= 0 && f.bars.some(({ kind }) => kind === 'io');
  const ports = draw.chance(6) ? draw.function(withPorts) : undefined;
  const f = ports ?? draw.function((one) => one.parent >= 0 && one.bars.length > 0);
  if (f === undefined) return [];
  const bridge = draw.stream.pick(draw.above(f));
  if (ports !== undefined && draw.chance(8)) return legacyPorts(draw, ports);
  const bar = draw.bar(f);
  const ready = [step('decode on', bridge.index), step('decode on', f.index), ...look(draw, f, bar)];
  if (draw.chance(5)) {
    const space = draw.below(3);
    return [
      ...ready,
      step('decode off', bridge.index, space, draw.below(3)),
      ...look(draw, f, bar),
      step('decode on', bridge.index, 0, draw.below(3)),
    ];
  }
  const window = draw.of(WINDOWS);
  const place = draw.chance(6) ? draw.among(WINDOW_PLACES, 'wide', 'beyond', 'swapped') : draw.of(WINDOW_PLACES);
  return [
    ...ready,
    step('window', bridge.index, window, place),
    ...look(draw, f, bar),
    ...(draw.chance(4) ? [step('move bar', f.index, bar, draw.among(DESTINATIONS, 'top', 'bottom', 'free'))] : []),
    step('window', bridge.index, window, word(WINDOW_PLACES, 'natural')),
  ];
}

/** Ports of the ISA and VGA bits: a BAR is moved to where they decide. */
function legacyPorts(draw: Draw, f: TopologyFunction): Step[] {
  const bar = f.bars.find(({ kind }) => kind === 'io')!.index;
  const bridges = draw.above(f);
  const control = (bits: number): Step[] =>
    bridges.map((bridge) => step('config write', bridge.index, 0, BRIDGE_CONTROL, 0, bits, 0));
  const on = [...bridges, f].map(({ index }) => step('decode on', index));
  const seen = [step('read', f.index, bar, 0, 0, 0), step('read', f.index, bar, 1, -1, 0)];
  if (draw.chance(7)) {
    const to = step('move bar', f.index, bar, word(DESTINATIONS, 'free'), 0, draw.below(16));
    return [to, ...on, ...seen, ...control(ISA_ENABLE), ...seen, ...control(0), ...seen];
  }
  // Of the ports of a VGA card the upper six bits count only if the bridge is told so.
  const alias = 0x400 * (8 + draw.below(56));
  const port = alias + draw.stream.pick([0x3b0, 0x3c0, 0x3d0]);
  const reads = [port, port + 8, alias + 0x3c0].map((one) => step('port read', one, draw.below(3)));
  const window = word(WINDOWS, 'io-window');
  return [
    step('move bar', f.index, bar, word(DESTINATIONS, 'address'), 0, port),
    ...bridges.map(({ index }) => step('window', index, window, word(WINDOW_PLACES, 'closed'))),
    ...on,
    ...control(VGA_ENABLE),
    ...reads,
    ...(draw.chance(8) ? [...control(VGA_ENABLE | VGA_16_BIT), ...reads] : []),
    ...control(0),
    ...bridges.map(({ index }) => step('window', index, window, word(WINDOW_PLACES, 'natural'))),
    step('move bar', f.index, bar, word(DESTINATIONS, 'free')),
  ];
}
