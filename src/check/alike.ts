/**
 * Findings are alike that break the same rule in the same shape, on whatever function and register: one mistake most often
 * shows on many. They stay findings of their own, but one scenario stands for all of them.
 */

import type { Divergence } from '../model/verdict.ts';

type Shape = Pick<Divergence, 'rule' | 'shape'>;

const likeness = ({ rule, shape }: Shape): string => `${rule}\n${shape}`;

export const isAlike = (one: Shape, other: Shape): boolean => likeness(one) === likeness(other);

/** Those that are like none before them, in their order. */
export function firstsOf<T>(all: readonly T[], shapeOf: (one: T) => Shape): T[] {
  const firsts = new Map<string, T>();
  for (const one of all) {
    const key = likeness(shapeOf(one));
    if (!firsts.has(key)) firsts.set(key, one);
  }
  return [...firsts.values()];
}

/** By identity: the one that stands for a finding; null: it stands for itself. `stands`: it has a scenario of its own. */
export function representatives<T extends Shape & { id: string }>(
  all: readonly T[],
  stands: (one: T) => boolean,
): Map<string, string | null> {
  const firsts = new Map<string, string>();
  for (const one of [...all.filter((finding) => stands(finding)), ...all]) {
    const key = likeness(one);
    if (!firsts.has(key)) firsts.set(key, one.id);
  }
  return new Map(
    all.map((one) => {
      const first = firsts.get(likeness(one))!;
      return [one.id, stands(one) || first === one.id ? null : first];
    }),
  );
}
