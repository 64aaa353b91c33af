/** Feeds a trace to the model and says what it thinks of it. */

import { Access } from '../../src/access/access.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import { emptyMachine } from '../../src/access/machine.ts';
import { isAccess, parseLine } from '../../src/access/text.ts';
import { Model } from '../../src/model/model.ts';
import type { Divergence, Note } from '../../src/model/verdict.ts';

/** Choices and deviations in force, as in a profile. */
export type Choices = Readonly<Record<string, string>>;

/** Base of the ECAM window of the machine of all properties; it serves buses 0 to 255. */
export const ECAM_BASE = 0xe0000000n;

/** The machine of all properties: the apertures are where the guest places BARs. */
export function machine(own: Partial<MachineDescription> = {}): MachineDescription {
  const range = (loHi: number, loLo: number, hiHi: number, hiLo: number) => ({ loHi, loLo, hiHi, hiLo });
  return {
    ...emptyMachine(),
    ecam: [{ baseHi: 0, baseLo: Number(ECAM_BASE) | 0, firstBus: 0, lastBus: 255, segment: 0 }],
    io: [range(0, 0xc000, 0, 0xffff)],
    mem32: [range(0, 0xc0000000 | 0, 0, 0xdfffffff | 0)],
    mem64: [range(0x8, 0, 0xf, 0xffffffff | 0)],
    ram: [range(0, 0, 0, 0x7fffffff)],
    ...own,
  };
}

/** Lines that were read before: most traces of a property begin alike. */
const PARSED = new Map<string, ReturnType<typeof parseLine>>();
const PARSED_AT_MOST = 50_000;

function parse(text: string): ReturnType<typeof parseLine> {
  if (PARSED.has(text)) return PARSED.get(text);
  if (PARSED.size >= PARSED_AT_MOST) PARSED.clear();
  const parsed = parseLine(text, new Access());
  PARSED.set(text, parsed);
  return parsed;
}

interface Outcome {
  divergences: Divergence[];
  notes: Note[];
}

/** A model that is fed with lines of the text notation, in any number of portions. */
export class Judge {
  readonly outcome: Outcome = { divergences: [], notes: [] };
  readonly model: Model;
  private line = 0;

  /** `own` changes the machine. */
  constructor(choices: Choices = {}, own: Partial<MachineDescription> = {}) {
    this.model = new Model({
      machine: machine(own),
      choices,
      skip: new Set(),
      divergence: (divergence) => this.outcome.divergences.push(divergence),
      note: (note) => this.outcome.notes.push(note),
    });
  }

  /** Lines count from 1, as in a file. */
  feed(lines: readonly string[], read = parse): void {
    for (const text of lines) {
      this.line++;
      const parsed = read(text);
      if (parsed === undefined) continue;
      if (isAccess(parsed)) {
        parsed.line = this.line;
        this.model.access(parsed);
      } else {
        this.model.event({ ...parsed, line: this.line });
      }
    }
  }

  finish(): void {
    this.model.finish();
  }
}

/** Runs the model over lines of the text notation; `own` changes the machine. */
export function judge(lines: readonly string[], choices: Choices = {}, own: Partial<MachineDescription> = {}): Outcome {
  const one = new Judge(choices, own);
  one.feed(lines);
  one.finish();
  return one.outcome;
}

/** Fails with the trace when the model blames anything in it. */
export function expectSilence(
  lines: readonly string[],
  choices: Choices = {},
  own: Partial<MachineDescription> = {},
): void {
  const { divergences } = judge(lines, choices, own);
  if (divergences.length > 0) throw new Error(`a conforming trace was blamed:\n${report(lines, divergences, choices)}`);
}

/**
 * Fails with the trace unless the model blames the last line for one of `rules` and nothing before it. `lines` ends
 * with the wrong answer.
 */
export function expectBlame(lines: readonly string[], rules: readonly string[], choices: Choices = {}): void {
  const { divergences } = judge(lines, choices);
  const first = divergences[0];
  if (first !== undefined && first.line === lines.length && rules.includes(first.rule)) return;
  throw new Error(`the last line breaks ${rules.join(' or ')}:\n${report(lines, divergences, choices)}`);
}

function report(lines: readonly string[], divergences: readonly Divergence[], choices: Choices): string {
  const listing = lines.map((line, index) => `${String(index + 1).padStart(5)}  ${line}`);
  const said = divergences.map(
    ({ line, rule, register, shape, expected, actual, explanation }) =>
      `line ${line}: ${rule} (${register}, ${shape}): expected ${expected}, got ${actual}. ${explanation}`,
  );
  const stated = Object.entries(choices).map(([name, value]) => `choice ${name}=${value}`);
  return [...stated, ...listing, ...(said.length > 0 ? said : ['no divergence'])].join('\n');
}
