/** Text from outside in the data of a page: nothing in it can act, reorder what stands beside it, or fill the screen. */

import { inertLines } from '../../core/inert-text.ts';

/** Plain data of which every text is harmless (`inertLines`), names of properties too. */
export function inert<T>(value: T): T {
  if (typeof value === 'string') return inertLines(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => inert(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [inertLines(name), inert(one as unknown)])) as T;
}

/** JSON that may stand inside a `script` element: no `<` in it can end or begin anything. */
export function embeddable(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
