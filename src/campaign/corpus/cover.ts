/** Which entries of a corpus are enough to reach all that it reaches. */

/** What is known of an entry. */
export interface Candidate {
  name: string;
  steps: number;
  /** Each once. */
  features: Int32Array;
}

/**
 * Some of the candidates that have all features of all of them, in the order in which they are taken: always the one with
 * the most features that are missing yet; of several the one with fewer steps, then the one whose name comes first. It is
 * not the smallest choice there is, but each of them has brought something.
 */
export function cover<T extends Candidate>(candidates: readonly T[]): T[] {
  const holders = new Map<number, T[]>();
  /** Features that are missing yet, by who has them; who has none of them is not there. */
  const gains = new Map<T, number>();
  for (const one of candidates.toSorted(bySteps)) {
    let gain = 0;
    for (const feature of one.features) {
      const known = holders.get(feature);
      if (known === undefined) holders.set(feature, [one]);
      else known.push(one);
      gain++;
    }
    if (gain > 0) gains.set(one, gain);
  }
  const chosen: T[] = [];
  while (gains.size > 0) {
    const best = mostOf(gains);
    chosen.push(best);
    for (const feature of best.features) {
      for (const holder of holders.get(feature) ?? []) {
        const left = gains.get(holder)! - 1;
        if (left > 0) gains.set(holder, left);
        else gains.delete(holder);
      }
      holders.delete(feature);
    }
  }
  return chosen;
}

function bySteps(one: Candidate, other: Candidate): number {
  return one.steps - other.steps || (one.name < other.name ? -1 : 1);
}

/** The first of those with the most. */
function mostOf<T>(gains: ReadonlyMap<T, number>): T {
  let best: [T, number] | undefined;
  for (const one of gains) if (best === undefined || one[1] > best[1]) best = one;
  return best![0];
}
