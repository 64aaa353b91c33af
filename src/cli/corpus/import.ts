/** `barometer corpus import DIR SOURCE…` */
import { addEntry } from '../../campaign/corpus/corpus-directory.ts';
import { readEntryFile, whyNoEntry } from '../../campaign/corpus/entry-file.ts';
import { recordedScenarios } from '../../check/recorded/recorded-scenarios.ts';
import { inertLine } from '../../core/inert-text.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { describeSystemError } from '../../core/system-error.ts';
import { groupDigits, plural } from '../../report/wrap.ts';
import { parseScenario } from '../../scenario/grammar.ts';
import { stepCount } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import { collectInputs, shortTraceName } from '../check-inputs.ts';
import type { CheckInput } from '../check-inputs.ts';
import { EXIT, UsageError } from '../exit-status.ts';
import { sayProblems } from '../say-problems.ts';
import { sourcesOf } from './sources.ts';
import { print, say } from '../say.ts';

export interface ImportOptions {
  profile?: string;
}

/**
 * Adds what is in some traces and scenarios to a corpus, which is made when it is missing. Returns the exit status: 2 when a
 * source is not in order, though what was good of it has been added. Throws a UsageError when the directory cannot be written.
 */
export async function runImport(directory: string, paths: readonly string[], options: ImportOptions): Promise<number> {
  const { files, problems } = await sourcesOf('corpus import', paths);
  const traces = files.filter(({ kind }) => kind === 'trace').map(({ path }) => path);
  const inputs = new Map((await collectInputs(traces, options.profile)).map((input) => [input.trace, input]));
  const running = new Import(directory, problems);
  await running.begin();
  for (const { path } of files) {
    const input = inputs.get(path);
    if (input === undefined) await running.scenario(path);
    else await running.trace(input);
  }
  return running.end();
}

/** An import under way. */
class Import {
  private readonly directory: string;
  /** Of all but traces, which have many of their own. */
  private readonly problems: string[];
  private added = 0;
  private there = 0;
  private unread: number;
  private inPart = 0;
  /** Scenarios that look at a target and do nothing to it. */
  private idle = 0;

  constructor(directory: string, problems: readonly string[]) {
    this.directory = directory;
    this.problems = [...problems];
    this.unread = problems.length;
  }

  begin(): Promise<void> {
    return this.orUsageError(() => makeDirectory(this.directory));
  }

  async trace({ trace, profile }: CheckInput): Promise<void> {
    const { scenarios, ...reading } = await recordedScenarios(trace, trace, profile);
    sayProblems({ name: trace, ...reading });
    let good = reading.complete && reading.problemCount === 0;
    if (good && scenarios.length === 0) say(`${trace}: no function to which the guest did anything`);
    for (const { bdf, identity, text } of scenarios) {
      const { program } = parseScenario(text, trace);
      const why = whyNoEntry(program);
      if (why === undefined)
        await this.add(program, `What the guest of ${shortTraceName(trace)} did to ${bdf} (class ${identity})`);
      else {
        this.problems.push(`${trace}: ${bdf}: ${why}`);
        good = false;
      }
    }
    if (good) return;
    if (scenarios.length === 0) this.unread++;
    else this.inPart++;
  }

  async scenario(path: string): Promise<void> {
    const read = readEntryFile(path);
    if (read.problem !== undefined) {
      this.unread++;
      this.problems.push(read.problem);
      return;
    }
    const { program } = read;
    const why = whyNoEntry(program);
    if (why === undefined) await this.add(program, `From ${path}`);
    else if (stepCount(program) === 0) this.idle++;
    else {
      this.unread++;
      this.problems.push(`${path}: ${why}`);
    }
  }

  /** Says what has become of it, and returns the exit status. */
  end(): number {
    const { directory, problems, added, there, unread, inPart, idle } = this;
    sayProblems({ name: directory, problems, problemCount: problems.length });
    const parts = [plural(added, 'new entry', 'new entries'), `${groupDigits(there)} already there`];
    if (idle > 0) parts.push(`${plural(idle, 'scenario')} without steps left out`);
    if (unread > 0) parts.push(`${plural(unread, 'source')} could not be read`);
    if (inPart > 0) parts.push(`${plural(inPart, 'trace')} not taken in full`);
    print(`${inertLine(directory)}: ${parts.join(', ')}\n`);
    return added + there === 0 || unread + inPart > 0 ? EXIT.usage : EXIT.conforms;
  }

  private async add(program: Program, remark: string): Promise<void> {
    if (await this.orUsageError(() => addEntry(this.directory, program, remark))) this.added++;
    else this.there++;
  }

  private async orUsageError<T>(body: () => T | Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
      const what = isTaken ? 'this is a file, not a directory.' : describeSystemError(error);
      throw new UsageError(`barometer corpus import: ${this.directory}: ${what}`);
    }
  }
}
