/** Where things stand in a YAML file, and what a schema says of them in plain words: for messages to people. */
import { isMap, isScalar } from 'yaml';
import type { Document, Node } from 'yaml';

/** Offset of the key or value that a path names; of its nearest parent when the path names something absent. */
export function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      const start = (pair?.key as Node | undefined)?.range?.[0];
      if (start !== undefined) return start;
    }
    const start = (document.getIn(path.slice(0, length), true) as Node | undefined)?.range?.[0];
    if (start !== undefined) return start;
  }
  return document.contents?.range?.[0] ?? 0;
}

/** What zod says of a wrong type, as a person would. */
export function plainWords(message: string): string {
  return message
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, (_, expected: string, received: string) => {
      return received === 'undefined' ? 'this is missing' : `${kind(expected)} is expected, not ${kind(received)}`;
    })
    .replace('; this is undefined', ', but it is missing');
}

function kind(name: string): string {
  const kinds: Record<string, string> = { object: 'a mapping', record: 'a mapping', array: 'a list', string: 'text' };
  return kinds[name] ?? `a ${name}`;
}

/** `file:line:column: message.` */
export function sentence(where: string, message: string): string {
  const end = /[.?!]$/.test(message) ? '' : '.';
  return `${where}: ${message}${end}`;
}
