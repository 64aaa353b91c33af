import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describeSystemError } from '../core/system-error.ts';
import { UsageError } from './exit-status.ts';

/**
 * The scenarios among some paths: a folder stands for all files in it and below whose names end in `.txt`, in the order
 * of their paths; of one with a `scenario.txt`, that one alone. Throws a UsageError for what cannot be read, and for a folder without any.
 */
export async function scenarioFiles(command: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => filesOf(command, path)));
  return [...new Set(found.flat())];
}

async function filesOf(command: string, path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    // The folder of a failure has other texts beside its scenario.
    const failures = new Set(names.filter((name) => basename(name) === 'scenario.txt').map((name) => dirname(name)));
    const scenarios = names
      .filter((name) => name.endsWith('.txt') && (!failures.has(dirname(name)) || basename(name) === 'scenario.txt'))
      .toSorted();
    if (scenarios.length > 0) return scenarios.map((name) => join(path, name));
  } catch (error) {
    throw new UsageError(`barometer ${command}: ${path}: ${describeSystemError(error)}`);
  }
  throw new UsageError(`barometer ${command}: ${path}: there is no scenario (a file NAME.txt) in it or below.`);
}
