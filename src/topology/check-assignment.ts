/**
 * Judges an assignment of addresses by the rules of the catalogue, whoever made it. What is not known is accepted: a
 * violation means that no value of the unknown registers would put it right.
 */

import { checkEcam } from './check-ecam.ts';
import {
  ecamRanges,
  formatAddressRange,
  inIoApertures,
  inMemoryApertures,
  inside,
  overlap,
  platformPort,
  shared,
} from './check-ranges.ts';
import { checkWindows } from './check-windows.ts';
import { groupBy, openWindows, Verdicts, windowName } from './check-verdicts.ts';
import type { CheckResult, Node, OpenWindow } from './check-verdicts.ts';
import { ROM } from './device-tree.ts';
import type { AddressRange, Assignment, Bar, DeviceTree, TreeFunction, WindowState } from './device-tree.ts';

export interface CheckOptions {
  /** Windows of bridges are registers only, as some machine monitors declare: they are not judged. */
  advisoryWindows?: boolean;
}

/** A BAR that is enabled at a known place. */
interface Piece extends AddressRange {
  node: Node;
  bar: Bar;
  /** Whether every bridge above is enabled and passes it on. */
  reached: boolean;
}

const FOUR_GIB = 1n << 32n;

/** Judges every function of which enough is known. */
export function checkAssignment(tree: DeviceTree, assignment: Assignment, options: CheckOptions = {}): CheckResult {
  const verdicts = new Verdicts();
  const nodes = nodesOf(tree, assignment);
  checkEcam(tree.host, verdicts);
  const routes = options.advisoryWindows !== true;
  if (routes) checkWindows(nodes, tree.host, verdicts);
  const pieces = nodes.flatMap((node) => piecesOf(node, routes));
  for (const piece of pieces) {
    checkFormat(piece, verdicts);
    if (routes && piece.node.above !== undefined) checkContained(piece, verdicts);
    if (piece.node.above === undefined) checkOnRoot(piece, tree, verdicts);
    if (piece.reached && piece.bar.kind === 'io' && tree.host.platformPorts) checkPorts(piece, verdicts);
  }
  checkApart(
    pieces.filter(({ reached }) => reached),
    nodes,
    routes,
    verdicts,
  );
  return verdicts;
}

function nodesOf(tree: DeviceTree, assignment: Assignment): Node[] {
  const all: Node[] = [];
  let buses = 0;
  const add = (functions: readonly TreeFunction[], above: Node | undefined, bus: number): void => {
    for (const f of functions) {
      const node = { f, at: assignment.get(f.name), above, bus };
      all.push(node);
      if (f.bridge !== undefined) add(f.bridge.children, node, ++buses);
    }
  };
  add(tree.functions, undefined, 0);
  return all;
}

/** The BARs of a function that are certainly enabled. */
function piecesOf(node: Node, routes: boolean): Piece[] {
  const { f, at } = node;
  if (at === undefined) return [];
  return f.bars.flatMap((bar) => {
    const first = at.bars.get(bar.index);
    const on = bar.kind === 'io' ? at.io : at.memory && (bar.index !== ROM || at.rom);
    if (first === undefined || !on) return [];
    const piece = { node, bar, first, last: first + bar.size - 1n, reached: true };
    for (let bridge = node.above; bridge !== undefined; bridge = bridge.above) {
      const open = bar.kind === 'io' ? bridge.at?.io : bridge.at?.memory;
      if (open !== true || (routes && !windowsFor(bridge, bar).some((window) => holds(window, piece) === true)))
        piece.reached = false;
    }
    return [piece];
  });
}

/** The windows that a bridge has for a BAR's space. */
function windowsFor(bridge: Node, bar: Bar): WindowState[] {
  const windows = bridge.at?.windows;
  return bar.kind === 'io' ? [windows?.io] : [windows?.memory, windows?.prefetchable];
}

/** Undefined: the window is not known. */
function holds(window: WindowState, range: AddressRange): boolean | undefined {
  return window === undefined ? undefined : window !== 'closed' && inside(range, window);
}

function barName(bar: Bar): string {
  return bar.index === ROM ? 'expansion ROM' : `BAR ${bar.index}`;
}

/** ADDR-003: by the format of the registers, so only a plan can break it. */
function checkFormat(piece: Piece, verdicts: Verdicts): void {
  verdicts.count('ADDR-003');
  const { node, bar, first } = piece;
  if (first % bar.size !== 0n) {
    verdicts.add('ADDR-003', node, barName(bar), 'not aligned to its size', {
      expected: `a multiple of 0x${bar.size.toString(16)}`,
      actual: `0x${first.toString(16)}`,
      explanation: 'A BAR is aligned to its size: the bits below are hardwired.',
    });
  }
  if (bar.kind === 'mem32' && piece.last >= FOUR_GIB) {
    verdicts.add(bar.prefetchable ? 'ADDR-002' : 'ADDR-001', node, barName(bar), '32-bit BAR above 4 GiB', {
      expected: 'an address below 4 GiB',
      actual: `0x${first.toString(16)}`,
      explanation: 'A BAR of 32 bits cannot hold the address.',
    });
  }
}

/** ADDR-001, ADDR-002, HP-005: the BARs below a bridge lie in the windows that the bridge has for them. */
function checkContained(piece: Piece, verdicts: Verdicts): void {
  const { node, bar } = piece;
  const { above } = node;
  if (above === undefined || !pathEnabled(node, bar) || passesAnything(node)) return;
  const windows = windowsFor(above, bar);
  const held = windows.map((window) => holds(window, piece));
  const hot = isHotPlugged(node);
  const rule = hot ? 'HP-005' : bar.kind === 'io' ? 'ADDR-005' : bar.prefetchable ? 'ADDR-002' : 'ADDR-001';
  if (held.includes(undefined) && !held.includes(true)) return;
  verdicts.count(rule);
  const state = (window: WindowState) =>
    window === 'closed' || window === undefined ? 'closed' : formatAddressRange(window);
  const words = {
    expected: `inside the windows of ${above.f.name} (${windows.map(state).join(', ')}), or not enabled`,
    actual: formatAddressRange(piece),
  };
  if (!held.includes(true)) {
    verdicts.add(rule, node, barName(bar), 'outside the windows of its bridge', {
      ...words,
      explanation: hot
        ? 'What is plugged in later fits the windows of its port, or stays unassigned: not enabled.'
        : 'Software places what lies below a bridge into the windows of the bridge; else nothing reaches it.',
    });
    return;
  }
  const [inMemory, inPrefetchable] = held;
  if (bar.kind === 'io' || bar.prefetchable || bar.index === ROM) return;
  if (inMemory !== false || inPrefetchable !== true) return;
  // On a path of PCI Express alone nothing prefetches, so that a 64-bit BAR may lie there.
  if (bar.kind === 'mem64' && !isConventional(node)) return;
  verdicts.count('ADDR-001');
  verdicts.add('ADDR-001', node, barName(bar), 'not prefetchable, in the prefetchable window', {
    ...words,
    expected: `inside the memory window of ${above.f.name} (${state(windows[0])})`,
    explanation: 'BARs that are not prefetchable lie in the memory window, for a bridge may prefetch from the other.',
  });
}

/** Whether every bridge above is certainly enabled for the BAR's space. */
function pathEnabled(node: Node, bar: Bar): boolean {
  for (let bridge = node.above; bridge !== undefined; bridge = bridge.above)
    if ((bar.kind === 'io' ? bridge.at?.io : bridge.at?.memory) !== true) return false;
  return true;
}

/** Whether the bridge above passes on more than its windows say. */
function passesAnything(node: Node): boolean {
  return node.above?.f.bridge?.subtractive === true;
}

function isHotPlugged(node: Node): boolean {
  for (let bridge = node.above; bridge !== undefined; bridge = bridge.above)
    if (bridge.f.bridge?.hotPlug === true) return true;
  return false;
}

/** Whether some part of the path is known not to be PCI Express. */
function isConventional(node: Node): boolean {
  for (let one: Node | undefined = node; one !== undefined; one = one.above) if (one.f.express === false) return true;
  return false;
}

/** What lies on the root bus: in the host's apertures, off RAM (ADDR-005) and off configuration space (ECAM-009). */
function checkOnRoot(piece: Piece, { host }: DeviceTree, verdicts: Verdicts): void {
  const { node, bar } = piece;
  const aperture = bar.kind === 'io' ? inIoApertures(piece, host) : inMemoryApertures(piece, host);
  verdicts.count('ADDR-005');
  const report = (rule: string, shape: string, expected: string, explanation: string): void =>
    verdicts.add(rule, node, barName(bar), shape, { expected, actual: formatAddressRange(piece), explanation });
  if (bar.kind !== 'io') {
    const ecam = ecamRanges(host);
    if (ecam.length > 0) verdicts.count('ECAM-009');
    const hit = ecam.find((range) => overlap(range, piece));
    if (hit !== undefined) {
      const free = `apart from configuration space (${formatAddressRange(hit)})`;
      report('ECAM-009', 'in configuration space', free, 'The range of configuration space is reserved.');
      return;
    }
    const ram = host.ram.find((range) => overlap(range, piece));
    if (ram !== undefined) {
      report('ADDR-005', 'in RAM', `apart from RAM (${formatAddressRange(ram)})`, 'An enabled BAR overlaps RAM.');
      return;
    }
  }
  if (aperture !== false) return;
  report('ADDR-005', 'outside the apertures', 'in an aperture of the host', 'An enabled BAR lies in no aperture.');
}

/** ADDR-007. */
function checkPorts(piece: Piece, verdicts: Verdicts): void {
  verdicts.count('ADDR-007');
  const port = platformPort(piece.node.f, piece);
  if (port === undefined) return;
  verdicts.add('ADDR-007', piece.node, barName(piece.bar), 'over ports of the platform', {
    expected: `apart from ${port}`,
    actual: formatAddressRange(piece),
    explanation: 'I/O BARs keep clear of the ports that a PC has at fixed places.',
  });
}

/** ADDR-004: nothing outside of a bridge in its windows. ADDR-005: enabled BARs of one bus are disjoint. */
function checkApart(pieces: readonly Piece[], nodes: readonly Node[], routes: boolean, verdicts: Verdicts): void {
  const windows = groupBy(routes ? nodes : [], ({ bus }) => bus);
  for (const [bus, beside] of groupBy(pieces, ({ node }) => node.bus)) {
    const near = (windows.get(bus) ?? []).flatMap((node) => openWindows(node).map((window) => ({ node, ...window })));
    for (const [index, piece] of beside.entries()) {
      checkWindowsBeside(piece, near, verdicts);
      for (const other of beside.slice(0, index)) {
        if (!sameSpace(other, piece) || !overlap(other, piece)) continue;
        verdicts.add('ADDR-005', piece.node, barName(piece.bar), 'overlaps another BAR', {
          expected: `apart from ${barName(other.bar)} of ${other.node.f.name} (${formatAddressRange(other)})`,
          actual: formatAddressRange(shared(other, piece)),
          explanation: 'Two enabled BARs overlap.',
        });
      }
      verdicts.count('ADDR-005');
    }
  }
}

/** A BAR in a window of a bridge on its bus; the windows of a bridge count for its own BARs too. */
function checkWindowsBeside(piece: Piece, near: readonly OpenWindow[], verdicts: Verdicts): void {
  const isIo = piece.bar.kind === 'io';
  verdicts.count('ADDR-004');
  const clash = near.find(
    ({ node, kind, range }) =>
      (kind === 'io') === isIo && node.f.segment === piece.node.f.segment && overlap(range, piece),
  );
  if (clash === undefined) return;
  verdicts.add('ADDR-004', piece.node, barName(piece.bar), 'in the window of a bridge beside it', {
    expected: `apart from the ${windowName[clash.kind]} of ${clash.node.f.name} (${formatAddressRange(clash.range)})`,
    actual: formatAddressRange(piece),
    explanation: 'What lies in the window of a bridge belongs to the devices below that bridge.',
  });
}

function sameSpace(one: Piece, other: Piece): boolean {
  const isIo = one.bar.kind === 'io';
  return isIo === (other.bar.kind === 'io') && one.node.f.segment === other.node.f.segment;
}
