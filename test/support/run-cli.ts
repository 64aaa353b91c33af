import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOP } from './repository.ts';

export interface CliResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built program in a folder, as a user would. `input` goes to its standard input. */
export function runCli(
  folder: string,
  words: readonly string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): CliResult {
  const result = spawnSync(process.execPath, [join(TOP, 'dist/cli/main.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    input: options.input ?? '',
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
  });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** A new empty folder outside the repository. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'barometer-test-'));
}

/** A small conforming trace: the host bridge's identity by CAM, twice. */
export const GOOD_TRACE = `barometer.trace/1
origin guest=a test
write port 0xcf8 4 <- 0x80000000
read port 0xcfc 4 -> 0x29c08086
write port 0xcf8 4 <- 0x80000008
read port 0xcfc 4 -> 0x6000000
write port 0xcf8 4 <- 0x80000000
read port 0xcfc 4 -> 0x29c08086
`;

/** The same host bridge changes its identity at the end: HDR-001 or whatever rule the model names. */
export const BAD_TRACE = `${GOOD_TRACE}write port 0xcf8 4 <- 0x80000000
read port 0xcfc 4 -> 0x29c08087
`;
