import seedrandom from 'seedrandom';

/**
 * Streams of random numbers, the only source of chance in Barometer. A stream is named by text, so that every part
 * of a run can have its own (`seed/lane 3/operands`), and one part drawing more never shifts another.
 */
export interface RandomStream {
  /** Next 32 bits as a signed integer. */
  int32(): number;
  /** Whole number from 0 to `limit - 1`; `limit` is from 1 to 2^32. */
  below(limit: number): number;
  /** One of the items; throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
}

/** Name of the algorithm, for artefacts: another algorithm would give other numbers for the same seed. */
export const RANDOM_ALGORITHM = 'alea/1';

/** Makes the stream of this name. Equal names give equal numbers, on every machine. */
export function randomStream(name: string): RandomStream {
  // Alea has a state of four numbers and seeds in a microsecond; the library's default (ARC4) has neither.
  const generator = seedrandom.alea(name);
  const below = (limit: number): number => {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32)) {
      throw new RangeError(`a limit from 1 to 2^32 is needed, not ${limit}`);
    }
    return Math.floor(((generator.int32() >>> 0) * limit) / 2 ** 32);
  };
  return {
    int32: () => generator.int32(),
    below,
    pick: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError('there is nothing to pick from');
      return items[below(items.length)] as T;
    },
  };
}
