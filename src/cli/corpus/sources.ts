/** What `corpus import` can take: recorded traces and scenarios, told by what is in them. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { describeSystemError } from '../../core/system-error.ts';
import { detectFormat } from '../../trace/detect.ts';
import { UsageError } from '../exit-status.ts';
import { scenarioFiles } from '../scenario-files.ts';

/** A file to be imported. */
export interface Source {
  kind: 'trace' | 'scenario';
  /** As the user typed it, or below what the user typed. */
  path: string;
}

export interface Sources {
  files: readonly Source[];
  /** What cannot be taken, a sentence each. */
  problems: readonly string[];
}

/** Bytes from the start of a file in which a line of a trace must stand; packed ones become more. */
const HEAD = 16 << 10;

/**
 * The files that some paths stand for. A file that has a line of a trace near its start is one; of the others those called
 * `NAME.txt` are scenarios, and those that were named themselves traces of which the reader has to say what is wrong. A folder stands
 * for its scenarios, as for `run`, and for the traces in it and below.
 */
export async function sourcesOf(command: string, paths: readonly string[]): Promise<Sources> {
  const files = new Map<string, Source>();
  const problems: string[] = [];
  for (const path of new Set(paths)) {
    const found = await sourceOf(command, path);
    if (typeof found === 'string') problems.push(found);
    else for (const file of found) files.set(file.path, file);
  }
  return { files: [...files.values()], problems };
}

async function sourceOf(command: string, path: string): Promise<Source[] | string> {
  if (path === '-') return 'standard input: a trace is read twice here, so it must be a file.';
  let stats: Stats;
  try {
    stats = statSync(path);
    if (stats.isDirectory()) return await inFolder(command, path);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    return `${path}: ${describeSystemError(error)}`;
  }
  if (!stats.isFile()) return `${path}: this is a pipe, a socket or a device; what is imported must be a file.`;
  return [{ kind: isTrace(path) || !path.endsWith('.txt') ? 'trace' : 'scenario', path }];
}

async function inFolder(command: string, folder: string): Promise<Source[] | string> {
  const traces = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.txt'))
    .map((name) => join(folder, name))
    .filter((path) => isTrace(path))
    .map((path): Source => ({ kind: 'trace', path }));
  let texts: string[] = [];
  try {
    texts = await scenarioFiles(command, [folder]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (traces.length === 0) return `${folder}: there is no trace and no scenario (a file NAME.txt) in it or below.`;
  }
  const found = [...traces, ...texts.map((path): Source => ({ kind: isTrace(path) ? 'trace' : 'scenario', path }))];
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** Whether a file has a line of a trace near its start. What cannot be read has none: its reader says why. */
function isTrace(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    const head = headOf(path);
    const text = head[0] === 0x1f && head[1] === 0x8b ? unpacked(head) : head;
    const lines = Buffer.from(text).toString('latin1');
    // The remarks of a scenario may quote a trace.
    return (
      detectFormat(lines, true) === 'barometer' || detectFormat(lines.replaceAll(/^#.*$/gm, ''), false) !== undefined
    );
  } catch {
    return false;
  }
}

function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(HEAD);
    return buffer.subarray(0, readSync(file, buffer, 0, HEAD, 0));
  } finally {
    closeSync(file);
  }
}

/** What a part of a gzip file holds. */
function unpacked(head: Uint8Array): Uint8Array {
  return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
}
