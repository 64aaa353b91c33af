/** Address assignment: whatever is moved in a plan that is right breaks a rule, and what is not certain breaks none. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hiddenLayout } from '../bench/allocator/hidden-layout.ts';
import { allocate } from '../src/topology/allocate.ts';
import { checkAssignment } from '../src/topology/check-assignment.ts';
import type { Assignment, DeviceTree, Placement, TreeFunction } from '../src/topology/device-tree.ts';
import { law } from './support/law.ts';

const seeds = fc.nat().map((seed) => `law/${seed}`);

/** All functions with the bridges above them. */
function all(tree: DeviceTree): { f: TreeFunction; above: TreeFunction | undefined }[] {
  const visit = (functions: readonly TreeFunction[], above: TreeFunction | undefined): ReturnType<typeof all> =>
    functions.flatMap((f) => [{ f, above }, ...visit(f.bridge?.children ?? [], f)]);
  return visit(tree.functions, undefined);
}

function moved(assignment: Assignment, name: string, change: (placement: Placement) => Placement): Assignment {
  return new Map([...assignment].map(([key, placement]) => [key, key === name ? change(placement) : placement]));
}

function rulesOf(tree: DeviceTree, assignment: Assignment): string[] {
  return checkAssignment(tree, assignment).violations.map(({ rule }) => rule);
}

test(
  'ADDR-001, ADDR-002, HP-005: a memory BAR below a bridge that is moved out of the windows breaks its rule',
  law(fc.tuple(seeds, fc.nat()), ([seed, which]) => {
    const { tree, assignment } = hiddenLayout(seed);
    const movable = all(tree).flatMap(({ f, above }) =>
      above === undefined ? [] : f.bars.filter(({ kind }) => kind !== 'io').map((bar) => ({ f, bar })),
    );
    const chosen = movable[which % Math.max(1, movable.length)];
    if (chosen === undefined) return;
    const { f, bar } = chosen;
    // No aperture reaches up there, so no window does.
    const away = bar.kind === 'mem64' ? 1n << 62n : 0n;
    const broken = moved(assignment, f.name, (at) => ({ ...at, bars: new Map([...at.bars, [bar.index, away]]) }));
    const rules = rulesOf(tree, broken);
    expect(rules).toHaveLength(1);
    expect(['ADDR-001', 'ADDR-002', 'HP-005']).toContain(rules[0]);
  }),
);

test(
  'ADDR-005: two BARs of one function at one place overlap',
  law(fc.tuple(seeds, fc.nat()), ([seed, which]) => {
    const { tree, assignment } = hiddenLayout(seed);
    const pairs = all(tree).flatMap(({ f }) => {
      const io = f.bars.filter(({ kind }) => kind === 'io').toSorted((one, other) => (one.size > other.size ? -1 : 1));
      return io.length < 2 ? [] : [{ f, large: io[0]!, small: io[1]! }];
    });
    const chosen = pairs[which % Math.max(1, pairs.length)];
    if (chosen === undefined) return;
    const { f, large, small } = chosen;
    const broken = moved(assignment, f.name, (at) => {
      return { ...at, bars: new Map([...at.bars, [small.index, at.bars.get(large.index)!]]) };
    });
    expect(new Set(rulesOf(tree, broken))).toEqual(new Set(['ADDR-005']));
  }),
);

test(
  'ADDR-004: nothing is said of a plan that is known in part',
  law(fc.tuple(seeds, fc.array(fc.nat())), ([seed, hidden]) => {
    const { tree } = hiddenLayout(seed);
    const outcome = allocate(tree, 20_000);
    if (outcome.kind !== 'plan') return;
    const names = [...outcome.assignment.keys()];
    const missing = new Set(hidden.map((index) => names[index % names.length]));
    const known = new Map([...outcome.assignment].filter(([name]) => !missing.has(name)));
    expect(rulesOf(tree, known)).toEqual([]);
  }),
);
