import { expect, test } from 'vitest';
import { emptyMachine } from '../../access/machine.ts';
import { Model } from '../model.ts';
import { CONSTANT, LASTING } from './saved-machine.ts';

/** Classes of the objects that have a property of this name, below an object; a property that refers to one thing of all counts once. */
function ownersBelow(root: object): Map<string, Set<unknown>> {
  const owners = new Map<string, Set<unknown>>();
  const seen = new Set<unknown>();
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) continue;
    seen.add(value);
    if (value instanceof Map) queue.push(...(value as Map<unknown, unknown>).values());
    else if (value instanceof Set) queue.push(...(value as Set<unknown>));
    else {
      for (const [name, below] of Object.entries(value)) {
        const shared = name === 'machine' || name === 'reporter';
        const known = owners.get(name);
        const owner: unknown = shared ? below : value.constructor;
        if (known === undefined) owners.set(name, new Set([owner]));
        else known.add(owner);
        queue.push(below);
      }
    }
  }
  return owners;
}

test('what is said to outlast a restore, or to be constant, is there, and in one class only', () => {
  const model = new Model({
    machine: emptyMachine(),
    choices: {},
    skip: new Set(),
    divergence: () => undefined,
    note: () => undefined,
  });
  model.event({ kind: 'plug', bdf: 0x18, line: 1 });
  const owners = ownersBelow(model);
  expect([...LASTING, ...CONSTANT].filter((name) => owners.get(name)?.size !== 1)).toEqual([]);
});
