/** C programs that measure themselves: compiled on the spot, left out where there is no compiler. */

import { spawnSync } from 'node:child_process';
import { print } from './print.ts';

/** Builds a C program; undefined when there is no compiler. */
export function compile(source: string, program: string): string | undefined {
  const built = spawnSync('cc', ['-O2', '-std=gnu11', '-Wall', '-Wno-unused-function', '-o', program, source], {
    encoding: 'utf8',
  });
  if (built.error !== undefined) {
    print('the C program is left out: there is no cc here');
    return undefined;
  }
  if (built.status !== 0) throw new Error(built.stderr);
  return program;
}

/** Runs it; it prints `nanoseconds N` beside what else it has to say. */
export function runNative(program: string, words: readonly string[]): { seconds: number; output: string } {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { seconds: Number(/^nanoseconds (\d+)$/m.exec(stdout)?.[1]) / 1e9, output: stdout.trim() };
}
