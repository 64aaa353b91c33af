/** Runs a candidate; it yields meanwhile, so that others get their turn. */
export type Holds<T> = (candidate: readonly T[]) => Generator<void, boolean, void>;

/** Leaves out stretches of a list, of which as a whole `holds` is true, long ones first, until no single item can go. */
export function* withoutStretches<T>(all: readonly T[], holds: Holds<T>): Generator<void, T[], void> {
  let items = [...all];
  for (let size = Math.max(1, items.length >>> 1); size >= 1; size >>>= 1) {
    let removed = true;
    while (removed) {
      removed = false;
      for (let at = items.length - size; at >= 0; at -= size) {
        const candidate = [...items.slice(0, at), ...items.slice(at + size)];
        if (candidate.length === 0 || !(yield* holds(candidate))) continue;
        items = candidate;
        removed = true;
      }
      // Only single items are worth going over again.
      if (size > 1) break;
    }
  }
  return items;
}
