/** What the parts of the checker share: functions in their tree, and what is said of them. */

import type { AddressRange, Placement, TreeFunction, WindowKind } from './device-tree.ts';

/** One place of an assignment that breaks a rule. */
export interface Violation {
  rule: string;
  /** Name of the function; undefined: the host. */
  function: string | undefined;
  register: string;
  /** Which kind of mistake, without names and addresses. */
  shape: string;
  expected: string;
  actual: string;
  explanation: string;
}

export interface CheckResult {
  violations: Violation[];
  /** How often each rule had something to judge. */
  judged: Map<string, number>;
}

/** A function with what stands above it. */
export interface Node {
  f: TreeFunction;
  at: Placement | undefined;
  above: Node | undefined;
  /** Number of the bus that it shares with others: equal for functions of one bus. */
  bus: number;
}

export const windowName: Readonly<Record<WindowKind, string>> = {
  io: 'I/O window',
  memory: 'memory window',
  prefetchable: 'prefetchable memory window',
};

export class Verdicts {
  readonly violations: Violation[] = [];
  readonly judged = new Map<string, number>();

  count(rule: string): void {
    this.judged.set(rule, (this.judged.get(rule) ?? 0) + 1);
  }

  add(rule: string, node: Node | undefined, register: string, shape: string, words: Words): void {
    this.violations.push({ rule, function: node?.f.name, register, shape, ...words });
  }
}

interface Words {
  expected: string;
  actual: string;
  explanation: string;
}

/** The windows of a bridge that are certainly open. */
export function openWindows(node: Node): { kind: WindowKind; range: AddressRange }[] {
  const { at } = node;
  if (at?.windows === undefined) return [];
  const { windows } = at;
  return (['io', 'memory', 'prefetchable'] as const).flatMap((kind) => {
    const range = windows[kind];
    const on = kind === 'io' ? at.io : at.memory;
    return range === undefined || range === 'closed' || !on ? [] : [{ kind, range }];
  });
}

/** A window of a bridge that is certainly open. */
export interface OpenWindow {
  node: Node;
  kind: WindowKind;
  range: AddressRange;
}

/** Items by a key, in their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
