/** The last accesses and events of a trace, for whoever asks what led to a finding. */

import { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { formatAccess, formatEvent } from '../../access/text.ts';

/** Accesses and events that a finding is told with. */
const KEPT = 12;
/** Characters of one of them: a source may give a reason of any length. */
const CHARACTERS_AT_MOST = 400;

export class Recent {
  private readonly accesses = Array.from({ length: KEPT }, () => new Access());
  /** Undefined where an access is. */
  private readonly events: (Event | undefined)[] = Array.from({ length: KEPT });
  private count = 0;

  access(access: Access): void {
    const at = this.count++ % KEPT;
    this.accesses[at]!.assign(access);
    this.events[at] = undefined;
  }

  event(event: Event): void {
    this.events[this.count++ % KEPT] = event;
  }

  /** As text, oldest first; the last one is not among them, for it is the one that is being judged. */
  lines(): string[] {
    const lines: string[] = [];
    for (let at = Math.max(0, this.count - KEPT); at < this.count - 1; at++) {
      const event = this.events[at % KEPT];
      const line = event === undefined ? formatAccess(this.accesses[at % KEPT]!) : formatEvent(event);
      lines.push(line.length <= CHARACTERS_AT_MOST ? line : `${line.slice(0, CHARACTERS_AT_MOST)}…`);
    }
    return lines;
  }
}
