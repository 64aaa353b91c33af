import type { Note } from '../model/verdict.ts';
import type { NoteCount } from './trace-report.ts';

/** Different notes kept of one trace. A guest that breaks an obligation may do so in a million different words. */
const NOTES_AT_MOST = 500;

/** Collects the notes of one trace: equal ones are counted, and the first place is kept. */
export class NoteTable {
  private readonly byText = new Map<string, NoteCount>();
  omitted = 0;

  add(note: Note): void {
    const key = `${note.topic}\n${note.text}`;
    const seen = this.byText.get(key);
    if (seen !== undefined) seen.count++;
    else if (this.byText.size < NOTES_AT_MOST) this.byText.set(key, { ...note, count: 1 });
    else this.omitted++;
  }

  list(): NoteCount[] {
    return [...this.byText.values()];
  }
}
