import { expect, test } from 'vitest';
import { Memento } from './memento.ts';
import type { Lasting } from './memento.ts';

class Leaf {
  value = 1;
  count = 0;
  readonly plane = new Int32Array([1, 2, 3]);
}

class Root {
  leaves: (Leaf | undefined)[] = [new Leaf(), undefined, new Leaf()];
  readonly byName = new Map<string, Leaf>([['first', this.leaves[0]!]]);
  readonly chosen = new Set<Leaf>([this.leaves[2]!]);
  readonly parent = { root: this as Root | undefined };
  table: readonly number[] = [1];
  optional: string | undefined;
}

const NOTHING: ReadonlySet<string> = new Set();
const NONE: Lasting = new Map();

test('everything that can be reached is put back, into the same objects', () => {
  const root = new Root();
  const [first, , last] = root.leaves;
  const { plane } = first!;
  const memento = new Memento([root], NONE, NOTHING);
  const change = (): void => {
    first!.value = 9;
    first!.plane.fill(7);
    root.byName.clear();
    root.chosen.add(new Leaf());
    root.leaves = [new Leaf()];
    root.parent.root = undefined;
    root.optional = 'set';
  };
  for (let time = 0; time < 2; time++) {
    change();
    memento.restore();
    expect(root.leaves).toEqual([first, undefined, last]);
    expect(root.leaves[0]).toBe(first);
    expect(first!.plane).toBe(plane);
    expect([first!.value, ...plane]).toEqual([1, 1, 2, 3]);
    expect(root.byName.get('first')).toBe(first);
    expect([...root.chosen]).toEqual([last]);
    expect(root.parent.root).toBe(root);
    expect(root.optional).toBeUndefined();
  }
});

test('a list gets its length and its holes back', () => {
  const list: (number | undefined)[] = [];
  list[3] = 4;
  const memento = new Memento([{ list }], NONE, NOTHING);
  list.push(5);
  list[0] = 1;
  memento.restore();
  expect(list).toHaveLength(4);
  expect(0 in list).toBe(false);
  expect(list[3]).toBe(4);
});

test('what outlasts going back keeps its present value, in its own class only', () => {
  const leaf = new Leaf();
  const other = { count: 1 };
  const memento = new Memento([leaf, other], new Map([['Leaf', new Set(['count'])]]), NOTHING);
  leaf.count = 5;
  other.count = 5;
  leaf.value = 5;
  memento.restore();
  expect([leaf.count, leaf.value, other.count]).toEqual([5, 1, 1]);
});

test('of what is replaced as a whole only the reference is put back', () => {
  const root = new Root();
  const { table } = root;
  const memento = new Memento([root], NONE, new Set(['table']));
  root.table = [2];
  memento.restore();
  expect(root.table).toBe(table);
});
