/** A long list a piece at a time. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { grouped, plural } from './words.ts';

/**
 * Shows the first `step` items and a button for more. `reset`: when it changes, the list begins anew. `atLeast`: an item that must be
 * among those that are shown.
 */
export function Paged<T>({
  items,
  step,
  noun,
  reset,
  atLeast = 0,
  children,
}: {
  items: readonly T[];
  step: number;
  noun: string;
  reset: string;
  atLeast?: number;
  children: (shown: readonly T[]) => ComponentChildren;
}) {
  const [count, setCount] = useState(step);
  useEffect(() => setCount(step), [reset, step]);
  const shown = Math.max(count, Math.ceil(atLeast / step) * step);
  const rest = items.length - shown;
  return (
    <>
      {children(items.slice(0, shown))}
      {rest <= 0 ? null : (
        <p class="more">
          <span>
            {grouped(shown)} of {plural(items.length, noun)} shown
          </span>
          <button type="button" onClick={() => setCount(shown + step)}>
            Show {grouped(Math.min(step, rest))} more
          </button>
        </p>
      )}
    </>
  );
}
