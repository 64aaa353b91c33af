/** `--strict` and `--today`: what makes a run fail. */
import type { GateOptions } from '../check/gate.ts';
import { isCalendarDate, NO_DATE } from '../core/calendar-date.ts';
import { UsageError } from './exit-status.ts';

export interface GateWords {
  strict?: boolean;
  today?: string;
}

/** `skip`: rules that are not judged. Throws a UsageError for what is no date, and for a date that nobody asks for. */
export function gateOptions(command: string, { strict, today }: GateWords, skip?: ReadonlySet<string>): GateOptions {
  const gate: GateOptions = { strict: strict === true, ...(skip === undefined ? {} : { skip }) };
  if (today === undefined) return gate;
  if (!isCalendarDate(today)) throw new UsageError(`barometer ${command}: --today ${today}: ${NO_DATE}.`);
  if (!gate.strict)
    throw new UsageError(`barometer ${command}: --today ${today}: entries that have expired fail with --strict only.`);
  return { ...gate, today };
}
