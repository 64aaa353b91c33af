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
    machine.cam.index = machine.faulty('snapshot-cam-index-lost') ? 0 : snapshot.index;
    machine.ram.restore(snapshot.ram);
    machine.functions.forEach((fn, index) => {
      const state = snapshot.functions[index] as FunctionState;
      fn.config.words.set(machine.faulty('snapshot-config-space-lost') ? fn.config.initial : state.words);
      if (machine.faulty('restore-clears-bars')) {
        for (let index = 4; index < 10; index++) fn.config.change(index * 4, fn.config.writable[index] as number, 0);
      }
      fn.there = state.there;
      fn.parts.forEach((part, number) => part.restore(state.parts[number]));
      fn.contents.forEach((memory, number) => memory.restore(state.contents[number]));
    });
    machine.routesChanged();
    if (machine.faulty('snapshot-decode-not-rebuilt')) return;
    for (const fn of machine.functions) fn.refresh();
  });
}
