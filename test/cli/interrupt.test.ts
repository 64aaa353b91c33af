import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { BAD_TRACE, newFolder } from '../support/run-cli.ts';

test('a run that is interrupted while its input stands still ends with 130 and leaves no report', async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), 'check', '-'], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.write(BAD_TRACE);
  // The first verdict shows that the run is under way; then it waits for more input.
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  expect({ status, signal }).toEqual({ status: 130, signal: null });
  expect(stderr).toContain('no report was written');
  expect(existsSync(join(folder, 'reports'))).toBe(false);
});
