/** A corpus on the disk: a directory with a portable scenario a file, which Barometer names by its content. */

import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.ts';
import { sha256 } from '../../core/hash.ts';
import { formatScenario } from '../../scenario/grammar.ts';
import type { Program } from '../../scenario/steps.ts';
import { ENTRY_BYTES_AT_MOST, printable, readEntryFile, whyNoEntry } from './entry-file.ts';

export interface CorpusEntry {
  /** Of its file. */
  name: string;
  /** Canonical, without remarks. */
  text: string;
  program: Program;
}

export interface Corpus {
  /** By name, in the order of code units; of files with the same canonical text the first one. */
  entries: CorpusEntry[];
  /** The other files with these texts. */
  duplicates: CorpusEntry[];
  /** What was left out, a sentence each: first what holds of many files, then file by file in the order of their names. */
  problems: string[];
}

/** More than these are no corpus that a campaign could play in time. */
const ENTRIES_AT_MOST = 10_000;
const BYTES_AT_MOST = 16 << 20;
const EXTENSION = '.txt';

/**
 * Reads all scenarios that lie in a directory, whatever they are called. What is none is a problem, and left where it is.
 * Throws the system's error where the directory itself cannot be read.
 */
export function readCorpus(directory: string): Corpus {
  const names = readdirSync(directory).toSorted();
  const files = names.filter((name) => name.endsWith(EXTENSION));
  const byText = new Map<string, CorpusEntry>();
  const duplicates: CorpusEntry[] = [];
  const problems: string[] = [];
  let bytes = 0;
  let looked = 0;
  for (const name of files) {
    if (byText.size >= ENTRIES_AT_MOST) break;
    const read = readEntryFile(join(directory, name));
    bytes += read.bytes;
    if (bytes > BYTES_AT_MOST) break;
    looked++;
    if (read.problem !== undefined) {
      problems.push(read.problem);
      continue;
    }
    const { text, program } = read;
    const why = whyNoEntry(program);
    if (why !== undefined) problems.push(printable(`${join(directory, name)}: ${why}`));
    else if (byText.has(text)) duplicates.push({ name, text, program });
    else byText.set(text, { name, text, program });
  }
  const common = [tooMuch(directory, files.slice(looked)), foreign(directory, names)];
  return {
    entries: [...byText.values()],
    duplicates,
    problems: [...common.filter((problem) => problem !== undefined), ...problems],
  };
}

function tooMuch(directory: string, left: readonly string[]): string | undefined {
  const [first] = left;
  if (first === undefined) return undefined;
  const most = `${ENTRIES_AT_MOST} entries and ${BYTES_AT_MOST >> 20} MiB at most`;
  return printable(`${directory}: ${most} are read; ${left.length} more are left out, the first is ${first}.`);
}

function foreign(directory: string, names: readonly string[]): string | undefined {
  const others = names.filter((name) => !name.endsWith(EXTENSION));
  const [first] = others;
  if (first === undefined) return undefined;
  return printable(
    others.length === 1
      ? `${directory}: ${first} is no scenario (a file NAME${EXTENSION}), and is left alone.`
      : `${directory}: ${others.length} files or folders are no scenarios (files NAME${EXTENSION}), and are left alone; the first is ${first}.`,
  );
}

/**
 * Adds a portable program, with a remark of some lines about its origin (empty: none). False: there is an entry of its
 * name already, or it is none that could be read back (see `whyNoEntry`). Rejects with the system's error.
 */
export async function addEntry(directory: string, program: Program, remark: string): Promise<boolean> {
  if (whyNoEntry(program) !== undefined) return false;
  const text = formatScenario(program);
  const path = join(directory, `${sha256(text).slice(0, 16)}${EXTENSION}`);
  // Whatever it is that stands there: nothing is written over.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  const whole = remarkLines(remark) + text;
  await writeFileAtomically(path, Buffer.byteLength(whole) > ENTRY_BYTES_AT_MOST ? text : whole);
  return true;
}

/** Whatever ends a line somewhere would end the remark, too. */
function remarkLines(remark: string): string {
  if (remark === '') return '';
  const lines = remark.split(/\r\n|[\n\r\u2028\u2029]/);
  return lines.map((line) => `${printable(`# ${line}`).trimEnd()}\n`).join('');
}

/** Removes the file of an entry, unless it is gone or holds something else by now. Throws the system's error. */
export function removeEntry(directory: string, { name, text }: CorpusEntry): boolean {
  const path = join(directory, name);
  const now = readEntryFile(path);
  if (now.problem !== undefined || now.text !== text) return false;
  rmSync(path);
  return true;
}
