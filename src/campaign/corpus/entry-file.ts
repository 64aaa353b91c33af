/** One file of a corpus, of which nothing is known: it may be anything that a file system has. */

import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { describeSystemError } from '../../core/system-error.ts';
import { formatScenario, parseScenario, ScenarioError } from '../../scenario/grammar.ts';
import { PROGRAM_STEPS_AT_MOST, stepCount } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';

/** Bytes of an entry; a larger file is not read. */
export const ENTRY_BYTES_AT_MOST = 1 << 20;

/** What a file holds, or why it is no scenario: a sentence that begins with its path. */
export type FileRead =
  | {
      problem?: undefined;
      program: Program;
      /** Canonical, without remarks. */
      text: string;
      /** Of the file. */
      bytes: number;
    }
  | { problem: string; bytes: number };

/** Reads a scenario of at most 1 MiB, perhaps one without steps. It never waits for a writer, opens nothing but regular files, and throws nothing. */
export function readEntryFile(path: string): FileRead {
  const wrong = (what: string, bytes = 0): FileRead => ({ problem: printable(`${path}: ${what}`), bytes });
  let content: Uint8Array | string;
  try {
    content = contentOf(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return wrong(code === 'ENOENT' ? 'there is no such file, or it is a link to none.' : describeSystemError(error));
  }
  if (typeof content === 'string') return wrong(content);
  const bytes = content.length;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return wrong('this is not text in UTF-8.', bytes);
  }
  try {
    const { program } = parseScenario(text, path);
    return { program, text: formatScenario(program), bytes };
  } catch (error) {
    if (error instanceof ScenarioError) return { problem: printable(error.message), bytes };
    throw error;
  }
}

/** Why a program cannot be an entry: it could not be read back; undefined: it can. */
export function whyNoEntry(program: Program): string | undefined {
  if (stepCount(program) === 0) return 'there is no step in it.';
  const isLong = stepCount(program) > PROGRAM_STEPS_AT_MOST || formatScenario(program).length > ENTRY_BYTES_AT_MOST;
  return isLong
    ? `this is longer than an entry of a corpus may be (1 MiB, ${PROGRAM_STEPS_AT_MOST} steps).`
    : undefined;
}

/** The bytes of a file, or what is wrong with it. Throws the system's error. */
function contentOf(path: string): Uint8Array | string {
  // Opening a device may do something, and opening a pipe waits for somebody.
  const before = refused(statSync(path));
  if (before !== undefined) return before;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // Another one may stand there by now.
    const stats = fstatSync(file);
    return refused(stats) ?? readUpTo(file, stats.size);
  } finally {
    closeSync(file);
  }
}

function refused(stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'this is a directory, not a file.';
  if (!stats.isFile()) return 'this is a pipe, a socket or a device, not a file.';
  return stats.size > ENTRY_BYTES_AT_MOST ? 'this is larger than an entry of a corpus may be (1 MiB).' : undefined;
}

/** What a file has in its first `size` bytes; it may have become shorter. */
function readUpTo(file: number, size: number): Uint8Array {
  const buffer = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const read = readSync(file, buffer, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

/** What a file or its name has must not reach a terminal as a command. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
