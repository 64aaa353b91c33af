/** Text from outside, made harmless for a page: nothing in it can act, reorder what stands beside it, or fill the screen. */

/** Letters of one text; what is longer is cut, and says so. */
export const TEXT_AT_MOST = 4000;

// Controls but for tab and newline, marks of direction and joining, and halves of surrogate pairs without the other.
const ODD =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** One text: odd characters by their numbers, and no more than `most` letters of it. */
export function inertText(text: string, most = TEXT_AT_MOST): string {
  const short = text.length > most ? text.slice(0, most) : text;
  const shown = short.replace(ODD, (one) => `⟨U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  return text.length > most ? `${shown}… (cut: ${text.length} characters in all)` : shown;
}

/** The same for every text in plain data. */
export function inert<T>(value: T): T {
  if (typeof value === 'string') return inertText(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => inert(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [inertText(name), inert(one as unknown)])) as T;
}

/** JSON that may stand inside a `script` element: no `<` in it can end or begin anything. */
export function embeddable(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
