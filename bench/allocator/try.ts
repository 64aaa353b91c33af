/** One tree, and what the allocator makes of it. */

import { allocate } from '../../src/topology/allocate.ts';
import { checkPlan } from '../../src/topology/check-plan.ts';
import type { AddressRange, Assignment, DeviceTree, TreeFunction, WindowKind } from '../../src/topology/device-tree.ts';
import type { HiddenLayout } from './hidden-layout.ts';
import type { Impossible } from './impossible.ts';

export interface Tried {
  result: 'planned' | 'undecided' | 'infeasible' | 'rejected';
  why: string;
  steps: number;
  /** Size of each window to its lower bound. */
  ratios: number[];
}

export function tryFeasible({ tree }: HiddenLayout, steps: number): Tried {
  const outcome = allocate(tree, steps);
  if (outcome.kind === 'infeasible')
    return { result: 'infeasible', why: outcome.conflict.text, steps: outcome.steps, ratios: [] };
  if (outcome.kind === 'undecided') return { result: 'undecided', why: outcome.text, steps: outcome.steps, ratios: [] };
  const problems = checkPlan(tree, outcome.assignment);
  const result = problems.length === 0 ? 'planned' : 'rejected';
  return { result, why: problems[0] ?? '', steps: outcome.steps, ratios: ratiosOf(tree, outcome.assignment) };
}

/** Whether the allocator says that it cannot be, and names the constraint. */
export function tryInfeasible({ tree, constraint }: Impossible): boolean {
  const outcome = allocate(tree);
  return outcome.kind === 'infeasible' && outcome.conflict.constraint === constraint && outcome.conflict.text !== '';
}

/** Sizes of all windows as multiples of what their contents need: sums, rounded up to the granule, and the reserve. */
function ratiosOf(tree: DeviceTree, assignment: Assignment): number[] {
  const ratios: number[] = [];
  const bound = (f: TreeFunction, kind: WindowKind, window: AddressRange): bigint => {
    let sum = 0n;
    for (const child of f.bridge?.children ?? []) {
      const at = assignment.get(child.name);
      for (const bar of child.bars) {
        const first = at?.bars.get(bar.index);
        if (first !== undefined && (bar.kind === 'io') === (kind === 'io') && inside(first, window)) sum += bar.size;
      }
      for (const inner of kind === 'io' ? (['io'] as const) : (['memory', 'prefetchable'] as const)) {
        const below = at?.windows?.[inner];
        if (typeof below === 'object' && inside(below.first, window)) sum += bound(child, inner, below);
      }
    }
    const reserve = reserveIn(f, kind, assignment);
    const granule = kind === 'io' ? 0x1000n : 0x100000n;
    const least = sum > reserve ? sum : reserve;
    return ((least + granule - 1n) / granule) * granule;
  };
  const visit = (functions: readonly TreeFunction[]): void => {
    for (const f of functions) {
      for (const kind of ['io', 'memory', 'prefetchable'] as const) {
        const window = assignment.get(f.name)?.windows?.[kind];
        if (typeof window !== 'object') continue;
        ratios.push(Number(window.last - window.first + 1n) / Number(bound(f, kind, window)));
      }
      visit(f.bridge?.children ?? []);
    }
  };
  visit(tree.functions);
  return ratios;
}

/** What a window must have for later devices. The memory window also has what is reserved for a window that is not there. */
function reserveIn({ name, bridge }: TreeFunction, kind: WindowKind, assignment: Assignment): bigint {
  if (bridge === undefined) return 0n;
  const { reserve } = bridge;
  const window = assignment.get(name)?.windows?.prefetchable;
  const own = typeof window === 'object' && window.last - window.first + 1n >= reserve.prefetchable;
  if (kind === 'prefetchable') return own ? reserve.prefetchable : 0n;
  return kind === 'memory' && !own ? reserve.memory + reserve.prefetchable : reserve[kind];
}

function inside(first: bigint, window: AddressRange): boolean {
  return window.first <= first && first <= window.last;
}
