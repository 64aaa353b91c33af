/** The windows of bridges: granularity, nesting, and what they may touch (PCIe 7.5.1.3.6 to 7.5.1.3.9). */

import { groupBy, openWindows, windowName } from './check-verdicts.ts';
import type { Node, OpenWindow, Verdicts } from './check-verdicts.ts';
import { ecamRanges, formatAddressRange, inIoApertures, inMemoryApertures, inside, overlap } from './check-ranges.ts';
import type { HostRanges } from './device-tree.ts';

export function checkWindows(nodes: readonly Node[], host: HostRanges, verdicts: Verdicts): void {
  const all = nodes.flatMap((node) => openWindows(node).map((window) => ({ node, ...window })));
  for (const window of all) {
    checkGranularity(window, verdicts);
    if (window.node.above === undefined) checkOnRoot(window, host, verdicts);
    else checkNesting(window, window.node.above, verdicts);
  }
  for (const beside of groupBy(all, ({ node }) => node.bus).values())
    for (const [index, window] of beside.entries())
      for (const other of beside.slice(0, index)) checkPair(other, window, verdicts);
}

/** ADDR-003, by the format of the registers. */
function checkGranularity({ node, kind, range }: OpenWindow, verdicts: Verdicts): void {
  verdicts.count('ADDR-003');
  const granule = kind === 'io' ? 0x1000n : 0x100000n;
  if (range.first % granule === 0n && (range.last + 1n) % granule === 0n) return;
  verdicts.add('ADDR-003', node, windowName[kind], 'not at a boundary of its registers', {
    expected: `begins and ends at multiples of 0x${granule.toString(16)}`,
    actual: formatAddressRange(range),
    explanation: 'The registers of the window cannot hold the range.',
  });
}

/** A window of a bridge on the root bus: in the host's apertures, off RAM and off configuration space. */
function checkOnRoot({ node, kind, range }: OpenWindow, host: HostRanges, verdicts: Verdicts): void {
  verdicts.count('ADDR-004');
  const report = (shape: string, expected: string): void =>
    verdicts.add('ADDR-004', node, windowName[kind], shape, {
      expected,
      actual: formatAddressRange(range),
      explanation: 'A window of a bridge holds addresses that the host gives to devices, and nothing else.',
    });
  if (kind !== 'io') {
    const ecam = ecamRanges(host).find((one) => overlap(one, range));
    if (ecam !== undefined) {
      report('over configuration space', `apart from configuration space (${formatAddressRange(ecam)})`);
      return;
    }
    const ram = host.ram.find((one) => overlap(one, range));
    if (ram !== undefined) {
      report('over RAM', `apart from RAM (${formatAddressRange(ram)})`);
      return;
    }
  }
  const apertures = kind === 'io' ? inIoApertures(range, host) : inMemoryApertures(range, host);
  if (apertures === false) report('outside the apertures', 'in an aperture of the host');
}

/** A window below another bridge lies in one of that bridge's windows of the same space. */
function checkNesting({ node, kind, range }: OpenWindow, above: Node, verdicts: Verdicts): void {
  const { at } = above;
  if (at?.windows === undefined || above.f.bridge?.subtractive === true) return;
  if ((kind === 'io' ? at.io : at.memory) !== true) return;
  const outer = kind === 'io' ? [at.windows.io] : [at.windows.memory, at.windows.prefetchable];
  const held = outer.map((window) => (window === undefined ? undefined : window !== 'closed' && inside(range, window)));
  if (held.includes(undefined) && !held.includes(true)) return;
  verdicts.count('ADDR-004');
  if (held.includes(true)) return;
  const words = outer.map((window) => (typeof window === 'object' ? formatAddressRange(window) : 'closed'));
  verdicts.add('ADDR-004', node, windowName[kind], 'not inside the windows of the bridge above', {
    expected: `inside the windows of ${above.f.name} (${words.join(', ')})`,
    actual: formatAddressRange(range),
    explanation: 'What a bridge passes on must reach it through the bridge above.',
  });
}

/** Windows of bridges side by side are disjoint (ADDR-004), and so are the two memory windows of one bridge (ADDR-002). */
function checkPair(one: OpenWindow, other: OpenWindow, verdicts: Verdicts): void {
  if (one.node.f.segment !== other.node.f.segment) return;
  if ((one.kind === 'io') !== (other.kind === 'io')) return;
  const own = one.node === other.node;
  const rule = own ? 'ADDR-002' : 'ADDR-004';
  verdicts.count(rule);
  if (!overlap(one.range, other.range)) return;
  const shape = own ? 'overlaps the memory window' : 'overlaps the window of a bridge beside it';
  verdicts.add(rule, other.node, windowName[other.kind], shape, {
    expected: `apart from the ${windowName[one.kind]} of ${one.node.f.name} (${formatAddressRange(one.range)})`,
    actual: formatAddressRange(other.range),
    explanation: own
      ? 'The prefetchable window and the memory window of a bridge are disjoint.'
      : 'Two bridges of one bus would both claim the addresses.',
  });
}
