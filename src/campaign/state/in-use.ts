/** A directory that one live process uses at a time. What a process that was killed has left behind is no use. */

import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface User {
  pid: number;
  /** When the process began, as the system counts it: numbers of processes come again. Empty: the system does not tell. */
  began: string;
}

/** Marks a directory as used by this process. Returns what takes the mark away; undefined: somebody else uses it. */
export function claim(directory: string): (() => void) | undefined {
  const path = join(directory, 'in-use.json');
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) } satisfies User));
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (isLinked(mine, path)) return () => rmSync(path, { force: true });
      if (isUsed(path)) return undefined;
      rmSync(path, { force: true });
    }
    return undefined;
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

function isUsed(path: string): boolean {
  let user: User;
  try {
    user = JSON.parse(readFileSync(path, 'utf8')) as User;
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
