/** `barometer convert IN OUT` */
import { writeSync } from 'node:fs';
import type { MachineDescription } from '../access/machine.ts';
import { plural } from '../report/wrap.ts';
import { convertTrace, formatProblem, readTrace, TraceError, TraceWriter } from '../trace/index.ts';
import type { TraceResult } from '../trace/index.ts';
import { EXIT } from './exit-status.ts';
import { loadProfile, placeOfProfile } from './find-profile.ts';
import { PROBLEMS_SHOWN } from './say-problems.ts';
import { say } from './say.ts';

/**
 * Turns a trace of any format into Barometer's own. What was good is written, what was not is told on standard error
 * with its place, and the status is then 2. A profile's machine puts addresses right that a log has as offsets, and
 * goes into the header.
 */
export async function runConvert(from: string, to: string, options: { profile?: string }): Promise<number> {
  const profile = options.profile === undefined ? undefined : await loadProfile(await placeOfProfile(options.profile));
  try {
    const result = await convert(from, to, profile?.machine ?? {});
    for (const problem of result.problems.slice(0, PROBLEMS_SHOWN)) say(formatProblem(from, problem));
    if (result.problemCount > PROBLEMS_SHOWN) {
      say(`${from}: and ${plural(result.problemCount - PROBLEMS_SHOWN, 'more problem')}`);
    }
    if (result.truncated !== undefined) say(result.truncated);
    say(`${plural(result.accesses, 'access', 'accesses')} and ${plural(result.events, 'event')} of ${from} written`);
    return result.problemCount > 0 || result.truncated !== undefined ? EXIT.usage : EXIT.conforms;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    say(error.message);
    return EXIT.usage;
  }
}

async function convert(from: string, to: string, machine: Partial<MachineDescription>): Promise<TraceResult> {
  const options = { name: from, machine };
  if (to !== '-') return convertTrace(from, to, options);
  const writer = new TraceWriter((text) => writeOut(text), options);
  const result = await readTrace(from, options, writer);
  writer.end();
  return result;
}

/** Waits until the reader of a pipe has taken the text, so that a long trace does not gather in memory. */
function writeOut(text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(process.stdout.fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit();
      if (code !== 'EAGAIN') throw error;
      // The pipe is full: wait a little and try again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
