import { expect, test } from 'vitest';
import { emptyMachine } from '../../access/machine.ts';
import { Model } from '../model.ts';
import { CONSTANT, LASTING } from './saved-machine.ts';

/** Names of all properties that can be reached from an object. */
function namesBelow(root: object): Set<string> {
  const names = new Set<string>();
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
        names.add(name);
        names.add(`${value.constructor.name}.${name}`);
        queue.push(below);
      }
    }
  }
  return names;
}

test('what is said to outlast a restore, or to be constant, is there', () => {
  const model = new Model({
    machine: emptyMachine(),
    choices: {},
    skip: new Set(),
    divergence: () => undefined,
    note: () => undefined,
  });
  model.event({ kind: 'plug', bdf: 0x18, line: 1 });
  const names = namesBelow(model);
  const lasting = [...LASTING].flatMap(([owner, properties]) => [...properties].map((name) => `${owner}.${name}`));
  expect([...lasting, ...CONSTANT].filter((name) => !names.has(name))).toEqual([]);
});
