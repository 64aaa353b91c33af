/** What every kind of story has. */

import { plural } from '../wrap.ts';
import type { Annotation } from './annotation.ts';
import { listed } from './words.ts';

/** Takes the annotations of one episode, of any number, and keeps what its title needs. */
export interface Story {
  add(annotation: Annotation): void;
  title(): string;
}

/** `3 reads, 2 writes, 1 event`. */
export function countWords(reads: number, writes: number, events: number): string {
  return listed([
    reads === 0 ? '' : plural(reads, 'read'),
    writes === 0 ? '' : plural(writes, 'write'),
    events === 0 ? '' : plural(events, 'event'),
  ]);
}
