/** Whether a layout describes a machine that the specification allows. Every problem is told, with its place. */
import { unsigned } from './ram.ts';
import { intersection, spanning } from './address.ts';
import { checkBars, checkEnhancedAllocation, checkResizable, checkRom } from './layout-check-bars.ts';
import { checkCapabilities } from './layout-check-capabilities.ts';
import { checkAreas } from './layout-check-areas.ts';
import { checkRoutingIds, checkSriov } from './layout-check-sriov.ts';
import { hasLink, isBridge } from './layout.ts';
import type { FunctionKind, FunctionLayout, Layout } from './layout.ts';

/** `path`: keys and positions down to the place, as in the YAML text. */
export interface LayoutProblem {
  path: readonly (string | number)[];
  message: string;
}

export type Report = (path: readonly (string | number)[], message: string) => void;

/** Functions that one machine may have, virtual ones not counted. */
const FUNCTIONS_AT_MOST = 256;

export function checkLayout(layout: Layout): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  checkMachine(layout, report);
  const count = checkSiblings(layout.functions, undefined, ['functions'], report);
  if (count > FUNCTIONS_AT_MOST)
    report(['functions'], `a layout has ${FUNCTIONS_AT_MOST} functions at most, not ${count}`);
  layout.functions.forEach((fn, index) => {
    const reached = layout.machine.ecam.some((window) => window.segment === fn.segment);
    if (reached || (fn.segment === 0 && layout.machine.cam)) return;
    report(['functions', index, 'at'], `no ECAM window shows segment ${fn.segment}; CAM reaches segment 0 only`);
  });
  return problems;
}

function checkMachine(layout: Layout, report: Report): void {
  const { ecam, ram } = layout.machine;
  const fixed = [
    ...ecam.map((window) =>
      spanning(window.baseHi >>> 0, window.baseLo >>> 0, (window.lastBus - window.firstBus + 1) * 2 ** 20),
    ),
    ...ram.map(unsigned),
  ];
  fixed.forEach((range, index) => {
    const aligned = (range.firstLo & 0xfff) === 0 && (range.lastLo & 0xfff) === 0xfff;
    if (!aligned) report(['machine'], 'RAM and ECAM begin and end at a multiple of 4 KiB');
    const clash = fixed.slice(index + 1).some((other) => intersection(range, other) !== undefined);
    if (clash) report(['machine'], 'two ranges of RAM or ECAM overlap');
  });
}

/** Checks the functions of one bus and all below; returns how many there are. */
function checkSiblings(
  functions: readonly FunctionLayout[],
  parent: FunctionLayout | undefined,
  path: readonly (string | number)[],
  report: Report,
): number {
  let count = functions.length;
  checkRoutingIds(functions, path, report);
  functions.forEach((fn, index) => {
    const here = [...path, index];
    const twin = functions.findIndex(
      (other) => other.device === fn.device && other.function === fn.function && other.segment === fn.segment,
    );
    if (twin !== index) report([...here, 'at'], `another function of this bus has the same place`);
    const first = functions.some(
      (other) =>
        (other.device === fn.device || isLinkOf(parent)) && other.function === 0 && other.segment === fn.segment,
    );
    if (!first) report([...here, 'at'], 'a device has a function 0: without it no other can be found');
    checkPlace(fn, parent, here, report);
    checkFunction(fn, here, report);
    if (fn.below.length > 0 && !isBridge(fn.kind)) report([...here, 'below'], 'only bridges have functions below');
    count += checkSiblings(fn.below, fn, [...here, 'below'], report);
  });
  return count;
}

function isLinkOf(parent: FunctionLayout | undefined): boolean {
  return parent !== undefined && hasLink(parent.kind);
}

/** Which kinds may stand below which (PCIe 1.3, 7.3.1). */
function checkPlace(
  fn: FunctionLayout,
  parent: FunctionLayout | undefined,
  path: readonly (string | number)[],
  report: Report,
): void {
  const allowed = allowedBelow(parent);
  if (!allowed.includes(fn.kind)) {
    const where = parent === undefined ? 'on a root bus' : `below a ${parent.kind}`;
    report([...path, 'kind'], `${fn.kind} cannot stand ${where}; there can be ${allowed.join(', ')}`);
  }
  const ari = parent?.capabilities.some((capability) => capability.kind === 'express' && capability.ari) === true;
  if (isLinkOf(parent) && fn.device !== 0 && !ari) {
    report([...path, 'at'], 'below a link there is device 0 only, unless its port has ARI forwarding');
  }
  const slot = parent?.capabilities.some((capability) => capability.kind === 'slot') === true;
  if (!fn.plugged && !slot) report([...path, 'plugged'], 'only the slot of a port can be empty');
}

function allowedBelow(parent: FunctionLayout | undefined): readonly FunctionKind[] {
  if (parent === undefined) return ['host-bridge', 'conventional', 'bridge', 'integrated', 'root-port'];
  if (hasLink(parent.kind)) return ['endpoint', 'legacy-endpoint', 'upstream-port', 'express-to-pci'];
  if (parent.kind === 'upstream-port') return ['downstream-port'];
  return ['conventional', 'bridge'];
}

function checkFunction(fn: FunctionLayout, path: readonly (string | number)[], report: Report): void {
  const here: Report = (below, message) => report([...path, ...below], message);
  checkBars(fn.bars, fn.kind, here);
  checkRom(fn, here);
  checkCapabilities(fn, here);
  checkResizable(fn, here);
  checkEnhancedAllocation(fn, here);
  checkAreas(fn, here);
  checkSriov(fn, here);
}
