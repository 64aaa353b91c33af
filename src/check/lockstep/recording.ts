/** What happened on one machine, as a trace in Barometer's own form: `check` judges it as lockstep has done. */

import { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { MachineDescription } from '../../access/machine.ts';
import { formatMachine } from '../../access/machine-text.ts';
import { formatAccess, formatEvent } from '../../access/text.ts';

export class Recording {
  private readonly lines: string[] = [];

  /** To be told everything in the order in which it happened, as by `LockstepOptions.watch`. */
  watch(what: Access | Event): void {
    this.lines.push(what instanceof Access ? formatAccess(what) : formatEvent(what));
  }

  /** The trace; `machine` as it is known at the end. */
  text(machine: MachineDescription): string {
    const head = `barometer.trace/1\nmachine ${formatMachine({ ...machine, powerOn: true }).join(' ')}\n`;
    return `${head}${this.lines.join('\n')}\n`;
  }
}
