import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { TOP } from './repository.ts';

export interface CliResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** By the name of the schema: the committed schemas of what commands print. */
const validators = new Map<string, ValidateFunction>();

/** Throws for a document that is not as its committed schema promises; text of other kinds passes. */
function holdAgainstSchema(stdout: string): void {
  const [, name] = /^\{\n {2}"schema": "barometer\.(results|diff)\/1"/.exec(stdout) ?? [];
  if (name === undefined) return;
  let validate = validators.get(name);
  if (validate === undefined) {
    const schema = JSON.parse(readFileSync(join(TOP, `corpora/schema/${name}.schema.json`), 'utf8')) as object;
    validators.set(name, (validate = new Ajv2020({ strict: false }).compile(schema)));
  }
  if (!validate(JSON.parse(stdout))) throw new Error(`${name}: ${JSON.stringify(validate.errors)}`);
}

/**
 * Runs the built program in a folder, as a user would. `input` goes to its standard input. Documents that it prints are
 * held against their schemas.
 */
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
  holdAgainstSchema(result.stdout);
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
