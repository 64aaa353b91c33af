/** The state of a whole machine, kept and brought back without the guest noticing. */
import type { Machine } from './machine.ts';

interface FunctionState {
  words: Int32Array;
  there: boolean;
  parts: unknown[];
  contents: unknown[];
}

export interface Snapshot {
  index: number;
  ram: unknown;
  functions: FunctionState[];
}

export function takeSnapshot(machine: Machine): Snapshot {
  return {
    index: machine.cam.index,
    ram: machine.ram.save(),
    functions: machine.functions.map((fn) => ({
      words: fn.config.words.slice(),
      there: fn.there,
      parts: fn.parts.map((part) => part.save()),
      contents: fn.contents.map((memory) => memory.save()),
    })),
  };
}

/** Everything is brought back first; then what hangs on it is worked out anew. */
export function restoreSnapshot(machine: Machine, snapshot: Snapshot): void {
  machine.lines.quietly(() => {
    machine.cam.index = snapshot.index;
    machine.ram.restore(snapshot.ram);
    machine.functions.forEach((fn, index) => {
      const state = snapshot.functions[index] as FunctionState;
      fn.config.words.set(state.words);
      fn.there = state.there;
      fn.parts.forEach((part, number) => part.restore(state.parts[number]));
      fn.contents.forEach((memory, number) => memory.restore(state.contents[number]));
    });
    machine.routesChanged();
    for (const fn of machine.functions) fn.refresh();
  });
}
