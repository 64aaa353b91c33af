/** A folder that has every file which a snippet names, and an `npx` that means the built program. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readText, TOP } from '../support/repository.ts';
import { BAD_TRACE, GOOD_TRACE, newFolder } from '../support/run-cli.ts';

/** The fault that stands for SOME-FAULT; scenario.txt exposes it. */
export const SOME_FAULT = 'command-guest-controls-host-bits';

/** Scenarios of the corpus that are enough to see that it can be run. */
const SOME_SCENARIOS = [SOME_FAULT, 'bar-restore-when-disabled', 'msix-vector-oob-stored'];

/** Budgets small enough for a test; of an option that is given twice the last counts. */
const NPX = `#!/bin/sh
shift
case "$1" in fuzz) set -- "$@" --accesses 300 --shrink-runs 10 ;; esac
exec node '${TOP}dist/cli/main.js' "$@"
`;

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

export class Workshop {
  readonly folder = newFolder();
  /** Whether the example adapter could be compiled. */
  readonly hasAdapter: boolean;
  readonly hasQemu: boolean;

  constructor() {
    const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(this.folder, name), content);
    put('trace.log', GOOD_TRACE);
    put('bad.log', BAD_TRACE);
    put('vmm.yaml', 'choices:\n  hole: zero\n');
    const scenarios = 'node_modules/barometer/corpora/scenarios/faults';
    for (const name of ['traces', 'bin', scenarios]) mkdirSync(join(this.folder, name), { recursive: true });
    put('traces/boot.log.gz', gzipSync(GOOD_TRACE));
    for (const name of SOME_SCENARIOS)
      copyFileSync(`${TOP}corpora/scenarios/faults/${name}.txt`, join(this.folder, scenarios, `${name}.txt`));
    mkdirSync(join(this.folder, 'node_modules/barometer/corpora/traces'));
    symlinkSync(`${TOP}corpora/traces/linux-q35`, join(this.folder, 'node_modules/barometer/corpora/traces/linux-q35'));
    put('scenario.txt', readText(`corpora/scenarios/faults/${SOME_FAULT}.txt`));
    put('package.json', '{ "private": true, "type": "module" }\n');
    for (const part of ['dist', 'package.json'])
      symlinkSync(TOP + part, join(this.folder, 'node_modules/barometer', part));
    put('bin/npx', NPX);
    chmodSync(join(this.folder, 'bin/npx'), 0o755);
    const source = `${TOP}docs/examples/adapter.c`;
    this.hasAdapter = spawnSync('cc', ['-o', join(this.folder, 'adapter'), source]).status === 0;
    this.hasQemu = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
  }

  /** Runs a line of shell; `milliseconds` later it is asked to end. */
  shell(line: string, options: { input?: string; cwd?: string; milliseconds?: number } = {}): Ran {
    const { input = '', cwd = this.folder, milliseconds } = options;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
      cwd,
      input,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      env: { PATH: `${join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}` },
      ...(milliseconds === undefined ? {} : { timeout: milliseconds }),
    });
    return { status, stdout, stderr };
  }
}
