/** `barometer extract TRACE… --out DIR` */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { recordedScenarios } from '../check/recorded/recorded-scenarios.ts';
import type { RecordedScenario } from '../check/recorded/recorded-scenarios.ts';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { inertLine } from '../core/inert-text.ts';
import { makeDirectory } from '../core/make-directory.ts';
import { describeSystemError } from '../core/system-error.ts';
import { plural } from '../report/wrap.ts';
import { collectInputs, shortTraceName } from './check-inputs.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { sayProblems } from './say-problems.ts';
import { print, say } from './say.ts';

/** The options as commander hands them over. */
export interface ExtractOptions {
  out: string;
  profile?: string;
}

/**
 * Writes a scenario for each function of each trace, over one of the same name. Two that are alike are written once. Returns the exit status: 2 when
 * a trace is not in order, though what was good of it is written. Throws a UsageError when the folder cannot be written.
 */
export async function runExtract(traces: readonly string[], options: ExtractOptions): Promise<number> {
  const inputs = await collectInputs(traces, options.profile);
  const written = new Set<string>();
  const names = new Set<string>();
  let alike = 0;
  let status: number = EXIT.conforms;
  for (const { trace, profile } of inputs) {
    if (!(await isRereadable(trace)))
      throw new UsageError(`barometer extract: ${trace}: a trace is read twice here, so it must be a file.`);
    const { scenarios, ...reading } = await recordedScenarios(trace, trace, profile);
    sayProblems({ name: trace, ...reading });
    const good = reading.complete && reading.problemCount === 0;
    if (!good) status = EXIT.usage;
    if (good && scenarios.length === 0) say(`${trace}: no function to which the guest did anything`);
    for (const scenario of scenarios) {
      if (written.has(scenario.text)) alike++;
      else await write(options.out, freshName(names, shortTraceName(trace), scenario.bdf), trace, scenario);
      written.add(scenario.text);
    }
  }
  const also = alike === 0 ? '' : `; ${alike} more are like one of these`;
  print(`${plural(written.size, 'scenario')} written to ${inertLine(options.out)}${also}\n`);
  return written.size === 0 ? EXIT.usage : status;
}

/** Whether it is no pipe. What cannot be opened is told by the reader of traces. */
async function isRereadable(trace: string): Promise<boolean> {
  if (trace === '-') return false;
  try {
    return !(await stat(trace)).isFIFO();
  } catch {
    return true;
  }
}

/** Two traces may be called alike. */
function freshName(names: Set<string>, trace: string, bdf: string): string {
  const plain = `${trace}-${bdf.replace(/[:.]/g, '-')}`;
  let name = plain;
  for (let number = 2; names.has(name); number++) name = `${plain}-${number}`;
  names.add(name);
  return name;
}

async function write(folder: string, name: string, trace: string, scenario: RecordedScenario): Promise<void> {
  const path = join(folder, `${name}.txt`);
  const { bdf, identity, text } = scenario;
  try {
    makeDirectory(folder);
    await writeFileAtomically(
      path,
      `# What the guest of ${inertLine(shortTraceName(trace))} did to ${bdf} (class ${identity})\n${text}`,
    );
  } catch (error) {
    throw new UsageError(`barometer extract: ${path}: ${describeSystemError(error)}`);
  }
}
