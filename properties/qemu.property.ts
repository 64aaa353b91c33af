/**
 * The areas of `lockstep.property.ts` against a stock QEMU, where one is installed: each program on a process of its
 * own. What the shipped profile knows of that machine is no failure.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FindingTable } from '../src/check/finding.ts';
import { KnownFindings } from '../src/check/known-findings.ts';
import { Lockstep } from '../src/check/lockstep/lockstep.ts';
import { readProfile } from '../src/check/profile.ts';
import { formatScenario } from '../src/scenario/grammar.ts';
import type { Program } from '../src/scenario/steps.ts';
import { openTarget, trial } from '../test/support/built.ts';
import { AREAS, generated } from './support/areas.ts';
import { law } from './support/law.ts';
import { programs } from './support/program.ts';

const installed = spawnSync('qemu-system-x86_64', ['--version']).status === 0;

/** Machines with devices whose interrupts can be fired, and one that has none of that, by their profile. */
const MACHINES = {
  'qemu-q35':
    '-machine q35 -device pcie-root-port,id=rp0,chassis=1 -device virtio-net-pci,bus=rp0 -device rocker -device edu -device e1000e',
  'qemu-pc':
    '-machine pc -device virtio-net-pci -device rocker -device edu -device pci-bridge,id=b0,chassis_nr=1 -device e1000,bus=b0',
};

/** Programs of each area for each machine; a process takes a tenth of a second to start. */
const RUNS = 12;

for (const [name, words] of Object.entries(MACHINES)) {
  if (!installed) {
    process.stderr.write(`left out: ${name}; qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n`);
    continue;
  }
  const open = await openTarget(`qemu:${words}`);
  const { choices, known } = await readProfile(join(import.meta.dirname, `../profiles/${name}.yaml`), name);
  const knownFindings = new KnownFindings(known);
  const options = { open, choices, skip: new Set<string>() };

  const first = open();
  const { topology, machine } = new Lockstep(first, { ...options, divergence: () => undefined });
  first.close?.();

  /** What a program shows that the profile does not know. */
  const broken = (program: Program): string => {
    const table = new FindingTable();
    for (const divergence of trial(options, program).divergences) table.add(divergence);
    const fresh = table.list().find((finding) => !knownFindings.judge(finding).known);
    if (fresh === undefined) return '';
    const { rule, register, expected, actual } = fresh.first;
    return `${formatScenario(program)}${fresh.id}: ${rule}: ${register}: ${expected}, not ${actual}`;
  };

  describe(`${name}`, () => {
    for (const [area, classes] of Object.entries(AREAS))
      test(
        `${area}`,
        law(
          generated(classes, topology, machine.caps),
          (program) => {
            expect(broken(program)).toBe('');
          },
          RUNS,
        ),
      );
    test(
      'any program of steps',
      law(
        programs(20),
        (program) => {
          expect(broken(program)).toBe('');
        },
        RUNS,
      ),
    );
  });
}
