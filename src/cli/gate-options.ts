/** `--strict` and `--today`: what makes a run fail. */
import type { GateOptions } from '../check/gate.ts';
import { UsageError } from './exit-status.ts';

export interface GateWords {
  strict?: boolean;
  today?: string;
}

/** As the `until` of a profile is written. */
const DATE = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;

/** `skip`: rules that are not judged. Throws a UsageError for what is no date, and for a date that nobody asks for. */
export function gateOptions(command: string, { strict, today }: GateWords, skip?: ReadonlySet<string>): GateOptions {
  const gate: GateOptions = { strict: strict === true, ...(skip === undefined ? {} : { skip }) };
  if (today === undefined) return gate;
  if (!DATE.test(today)) throw new UsageError(`barometer ${command}: --today ${today}: a date is written YYYY-MM-DD.`);
  if (!gate.strict)
    throw new UsageError(`barometer ${command}: --today ${today}: entries that have expired fail with --strict only.`);
  return { ...gate, today };
}
