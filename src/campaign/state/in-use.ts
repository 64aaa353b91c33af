/**
 * A directory that one live process of this machine uses at a time. What a process that was killed has left behind is no
 * use.
 */

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface User {
  pid: number;
  /** When the process began, as the system counts it: numbers of processes come again. Empty: the system does not tell. */
  began: string;
}

/** The mark of whoever uses a directory. */
export const CLAIM_FILE = 'in-use.json';

/** Marks a directory as used by this process. Returns what takes the mark away; undefined: somebody else uses it. */
export function claim(directory: string): (() => void) | undefined {
  const path = join(directory, CLAIM_FILE);
  const mine = `${path}.${process.pid}`;
  const content = JSON.stringify({ pid: process.pid, began: beganAt(process.pid) } satisfies User);
  writeFileSync(mine, content);
  const release = (): void => {
    if (contentOf(path) === content) rmSync(path, { force: true });
  };
  try {
    if (isLinked(mine, path)) return release;
    const there = contentOf(path);
    if (isUsed(there)) return undefined;
    // Somebody else may find the same mark stale: who moved away a newer one puts it back.
    const stale = `${mine}.stale`;
    renameSync(path, stale);
    const isStale = contentOf(stale) === there;
    if (!isStale) isLinked(stale, path);
    rmSync(stale, { force: true });
    return isStale && isLinked(mine, path) ? release : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Gives a file a second name, unless there is one of that name: who comes second sees the whole content of the first. */
function isLinked(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Empty: there is no such file. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isUsed(content: string): boolean {
  let user: User;
  try {
    user = JSON.parse(content) as User;
    process.kill(user.pid, 0);
  } catch (error) {
    // No such process, or no file of ours; a process of somebody else lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return user.began === beganAt(user.pid);
}

/** From the process table of Linux: the 22nd field, counted behind the name, which may hold anything. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
