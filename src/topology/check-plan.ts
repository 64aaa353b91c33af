/** Whether an assignment is a whole plan for a tree: everything placed, fixed addresses kept, reserves met, buses numbered. */

import { checkAssignment } from './check-assignment.ts';
import { covered, ecamRanges, formatAddressRange, overlap } from './check-ranges.ts';
import type { Assignment, BridgePart, DeviceTree, Placement, TreeFunction, WindowKind } from './device-tree.ts';

/** What is wrong with a plan, one sentence each; none for a plan that can be programmed as it is. */
export function checkPlan(tree: DeviceTree, assignment: Assignment): string[] {
  const problems = checkAssignment(tree, assignment).violations.map(
    ({ rule, function: name, register, shape, expected, actual }) =>
      `${rule}: ${name ?? 'host'} ${register}: ${shape}: expected ${expected}, found ${actual}`,
  );
  const ecam = tree.host.ecam[0];
  const buses = new Set([ecam?.firstBus ?? 0]);
  const visit = (functions: readonly TreeFunction[], bus: number, last: number): void => {
    for (const f of functions) {
      const at = assignment.get(f.name);
      if (at === undefined) {
        problems.push(`${f.name} has no placement`);
        continue;
      }
      problems.push(...barProblems(f, at, tree));
      if (f.bridge === undefined) continue;
      problems.push(...reserveProblems(f.name, f.bridge, at));
      const { primary, secondary, subordinate } = at.buses ?? { primary: -1, secondary: -1, subordinate: -1 };
      const free = Math.max(1, f.bridge.reserve.buses);
      if (primary !== bus || secondary <= bus || subordinate > last || subordinate - secondary + 1 < free)
        problems.push(`${f.name}: bus numbers ${primary}, ${secondary}, ${subordinate} below bus ${bus}`);
      if (buses.has(secondary)) problems.push(`${f.name}: bus ${secondary} is taken`);
      buses.add(secondary);
      visit(f.bridge.children, secondary, subordinate);
    }
    problems.push(...rangeProblems(functions, assignment));
  };
  visit(tree.functions, ecam?.firstBus ?? 0, ecam?.lastBus ?? 255);
  return problems;
}

function barProblems(f: TreeFunction, at: Placement, { host }: DeviceTree): string[] {
  return f.bars.flatMap((bar) => {
    const first = at.bars.get(bar.index);
    if (first === undefined) return [`${f.name}: BAR ${bar.index} has no address`];
    const range = { first, last: first + bar.size - 1n };
    const problems: string[] = [];
    if (bar.fixed !== undefined && bar.fixed !== first) problems.push(`${f.name}: BAR ${bar.index} has been moved`);
    const apertures = bar.kind === 'io' ? host.io : [...host.mem32, ...host.mem64];
    if (!covered(range, apertures)) problems.push(`${f.name}: BAR ${bar.index} lies in no aperture`);
    if (bar.kind === 'io') return problems;
    for (const hole of [...host.reserved, ...host.ram, ...ecamRanges(host)])
      if (overlap(hole, range)) problems.push(`${f.name}: BAR ${bar.index} lies over ${formatAddressRange(hole)}`);
    return problems;
  });
}

function reserveProblems(name: string, { reserve, ioBits, prefetchableBits }: BridgePart, at: Placement): string[] {
  const size = (kind: WindowKind): bigint => {
    const window = at.windows?.[kind];
    return window === undefined || window === 'closed' ? 0n : window.last - window.first + 1n;
  };
  const problems: string[] = [];
  if (ioBits === 0 && size('io') > 0n) problems.push(`${name} has no I/O window`);
  if (prefetchableBits === 0 && size('prefetchable') > 0n) problems.push(`${name} has no prefetchable window`);
  const prefetchable = at.windows?.prefetchable;
  if (prefetchableBits === 32 && typeof prefetchable === 'object' && prefetchable.last >> 32n !== 0n)
    problems.push(`${name}: a prefetchable window of 32 bits lies above 4 GiB`);
  // What has no window of its own may be reserved in the memory window.
  const memory = size('memory') - reserve.memory;
  if (memory < 0n) problems.push(`${name}: the memory window is smaller than its reserve`);
  if (size('prefetchable') < reserve.prefetchable && memory < reserve.prefetchable)
    problems.push(`${name}: the prefetchable window is smaller than its reserve`);
  if (ioBits > 0 && size('io') < reserve.io) problems.push(`${name}: the I/O window is smaller than its reserve`);
  return problems;
}

/** Bus ranges of bridges side by side are disjoint. */
function rangeProblems(functions: readonly TreeFunction[], assignment: Assignment): string[] {
  const ranges = functions.flatMap(({ name }) => {
    const buses = assignment.get(name)?.buses;
    return buses === undefined ? [] : [{ name, ...buses }];
  });
  return ranges.flatMap((one, index) =>
    ranges
      .slice(0, index)
      .filter((other) => one.secondary <= other.subordinate && other.secondary <= one.subordinate)
      .map((other) => `the buses of ${one.name} and ${other.name} overlap`),
  );
}
