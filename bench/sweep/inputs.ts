/** What a result of the sweep was made of: when any of it changes, it is made again. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash8, sha256 } from '../../src/core/hash.ts';
import { qemuCommand } from '../../src/targets/wire/qemu.ts';
import type { SweepJob } from './worker.ts';

const versions = new Map<string, string>();

/** First line of what a QEMU says of itself. */
export function versionOf(binary: string): string {
  const known = versions.get(binary);
  if (known !== undefined) return known;
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]!;
  versions.set(binary, version);
  return version;
}

/** Of what decides what is found: the rest of the program only tells of it. */
const ROOMS = ['access', 'campaign', 'check', 'core', 'model', 'scenario', 'spec', 'targets', 'topology'];
let code: string | undefined;

function hashOfCode(): string {
  code ??= sha256(
    ROOMS.flatMap((room) =>
      readdirSync(join('dist/bench/src', room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'))
        .toSorted()
        .map((name) => `${room}/${name} ${sha256(readFileSync(join('dist/bench/src', room, name), 'utf8'))}`),
    ).join('\n'),
  );
  return code;
}

export function inputsOf(job: SweepJob): string {
  const { words, machine } = job.machine;
  const profile = readFileSync(`profiles/qemu-${machine}.yaml`, 'utf8');
  return hash8(JSON.stringify([versionOf(qemuCommand(words).binary), hashOfCode(), sha256(profile), job]));
}
