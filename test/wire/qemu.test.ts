/** A stock QEMU as a target, where one is installed. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Enumeration } from '../../src/check/enumeration/schema.ts';
import { machineOfQemu, missingQemu, qemuCommand } from '../../src/targets/wire/qemu.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const installed = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).status === 0;

/** The body of a test that needs one. */
const live = (body: () => void | Promise<void>) => async (): Promise<void> => {
  if (installed) await body();
  else process.stderr.write('left out: qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n');
};

/** What QEMU 7.2 does, seen with bare qtest commands, too. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'PM-002-fc504866':
    'e1000e takes D1 and D2 in PowerState, though bits 9 and 10 of its PMC (0x0022) say that it has neither.',
};

describe('the command line', () => {
  test('is for qemu-system-x86_64 unless another one is named', () => {
    expect(qemuCommand('-machine q35').command).toMatch(/^exec qemu-system-x86_64 -accel tcg .* -S .* -machine q35$/);
    expect(qemuCommand('qemu-system-aarch64 -M virt').command).toMatch(/^exec qemu-system-aarch64 .* -M virt$/);
    expect(qemuCommand('-device e1000e').command).toMatch(
      /exec qemu-system-x86_64 (?!.* -S ).* -bios \/dev\/fd\/9 .* -device e1000e$/,
    );
    expect(qemuCommand('/opt/bin/qemu-system-i386').binary).toBe('/opt/bin/qemu-system-i386');
    expect(qemuCommand('-name qemu-system-x').binary).toBe('qemu-system-x86_64');
  });

  test('of a PC tells where its RAM is', () => {
    const ram = (words: string): string | undefined => machineOfQemu(words)[0];
    expect(ram('-machine q35')).toBe('ram=0x100000-0x7ffffff');
    expect(ram('-m 64 -machine q35')).toBe('ram=0x100000-0x3ffffff');
    expect(ram('-m size=1G')).toBe('ram=0x100000-0x3fffffff');
    expect(ram('-m 8G')).toBe('ram=0x100000-0x7fffffff');
    expect(ram('qemu-system-mips64el -M virt')).toBe(undefined);
    expect(ram('-M microvm')).toBe(undefined);
    for (const none of ['type=none', 'accel=tcg,type=microvm', '"microvm,rtc=on"', 'usb=off -M isapc'])
      expect(ram(`-machine ${none}`)).toBe(undefined);
    expect(ram('-machine q35 -drive if=none,id=d')).toBe('ram=0x100000-0x7ffffff');
  });

  test.each([
    [
      'qemu-system-aarch64 -cpu cortex-a57 -machine virt,gic-version=3 -m 256',
      'cam=0 ecam=0x4010000000,0,255 mem32=0x10000000-0x3efeffff mem64=0x8000000000-0xffffffffff ' +
        'io-window=0x3eff0000-0x3effffff io=0x1000-0xffff ram=0x40000000-0x4fffffff ' +
        'reserved=0x0-0xfffffff reserved=0x3f000000-0x3fffffff reserved=0x50000000-0x400fffffff ' +
        'reserved=0x4020000000-0x7fffffffff reserved=0x10000000000-0xffffffffffffffff',
    ],
    [
      'qemu-system-arm -M virt,highmem=off',
      'cam=0 ecam=0x3f000000,0,15 mem32=0x10000000-0x3efeffff io-window=0x3eff0000-0x3effffff io=0x1000-0xffff ' +
        'ram=0x40000000-0x47ffffff reserved=0x0-0xfffffff reserved=0x48000000-0xffffffffffffffff',
    ],
    [
      '/usr/bin/qemu-system-riscv64 -machine virt',
      'cam=0 ecam=0x30000000,0,255 mem32=0x40000000-0x7fffffff mem64=0x400000000-0x7ffffffff ' +
        'io-window=0x3000000-0x300ffff io=0x1000-0xffff ram=0x80000000-0x87ffffff ' +
        'reserved=0x0-0x2ffffff reserved=0x3010000-0x2fffffff reserved=0x88000000-0x3ffffffff reserved=0x800000000-0xffffffffffffffff',
    ],
    [
      '-machine microvm,pcie=on',
      'cam=0 ecam=0xe0000000,0,255 mem32=0xc0000000-0xdfffffff ram=0x0-0x7ffffff ' +
        'reserved=0x8000000-0xbfffffff reserved=0xf0000000-0xffffffffffffffff',
    ],
  ])('of a machine with a generic host tells where everything is: %s', (words, expected) => {
    expect(machineOfQemu(words).join(' ')).toBe(expected);
  });

  test('knows versions of a machine, other words for on and off, and what lies above much RAM', () => {
    const has = (words: string, part: string): boolean => machineOfQemu(words).includes(part);
    expect(has('qemu-system-aarch64 -M virt-7.2', 'ecam=0x4010000000,0,255')).toBe(true);
    expect(has('qemu-system-aarch64 -M virt,highmem=false', 'ecam=0x3f000000,0,15')).toBe(true);
    expect(has('-M microvm,pcie=true -m 4G', 'ram=0x0-0xbfffffff')).toBe(true);
    expect(has('qemu-system-riscv64 -M virt -m 16G', 'mem64=0x800000000-0xbffffffff')).toBe(true);
  });

  test('names the Debian package of a binary that is missing', () => {
    expect(missingQemu('sh', '/bin:/usr/bin')).toBe(undefined);
    expect(missingQemu('qemu-system-x86_64', '/nowhere')).toContain('apt-get install qemu-system-x86)');
    expect(missingQemu('qemu-system-aarch64', '/nowhere')).toContain('package qemu-system-arm has it');
    expect(missingQemu('/nowhere/qemu-system-xtensa', '')).toContain('package qemu-system-misc has it');
  });
});

interface Document {
  target: { kind: string };
  totals: { accesses: number };
  inputs: { functions: { function: string; vendor: string; device: string }[] }[];
  findings: { id: string; known: boolean }[];
}

test(
  '300 accesses on a q35 with an e1000e: nothing but what is explained here',
  live(async () => {
    const folder = newFolder();
    const temporary = newFolder();
    const target = 'qemu:-machine q35 -device e1000e';
    const words = ['fuzz', '--target', target, '--profile', 'qemu-q35', '--accesses', '300', '--seed', 'live'];
    const { status, stderr } = runCli(folder, [...words, '--timeout', '30', '--shrink-runs', '10', '--out', 'out'], {
      env: { TMPDIR: temporary },
    });
    expect(stderr).not.toContain('    at ');
    const document = JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8')) as Document;
    const fresh = document.findings.filter(({ known }) => !known).map(({ id }) => id);
    expect(fresh.filter((id) => EXPLAINED[id] === undefined)).toEqual([]);
    expect(status).toBe(fresh.length > 0 ? 1 : 0);
    expect(document.target).toEqual({ kind: 'qemu' });
    expect(document.totals.accesses).toBeGreaterThan(3000);
    const functions = document.inputs[0]!.functions.map(({ vendor, device }) => `${vendor}:${device}`);
    expect(functions).toEqual(['8086:29c0', '8086:10d3', '8086:2918', '8086:2922', '8086:2930']);
    // Sockets, their directories and firmware go, at the latest with the process that outlives ours.
    await expect.poll(() => readdirSync(temporary)).toEqual([]);
  }),
);

test(
  'one that does not start: its own words, and exit status 3',
  live(() => {
    const { status, stderr } = runCli(newFolder(), ['fuzz', '--target', 'qemu:-machine q35 -device no-such-device']);
    expect(status).toBe(3);
    expect(stderr).toContain('It ended with exit status 1');
    expect(stderr).toContain("'no-such-device' is not a valid device model name");
  }),
);

test(
  'enumerate on a q35: the same twice, and with the sizes that an e1000e has',
  live(() => {
    const folder = newFolder();
    const words = ['enumerate', '--target', 'qemu:-machine q35 -device e1000e', '--profile', 'qemu-q35'];
    const { status, stdout } = runCli(folder, [...words, '--timeout', '30', '--save', 'saved.json', '--json']);
    expect(status).toBe(0);
    const { functions } = JSON.parse(stdout) as Enumeration;
    const card = functions.find(({ device }) => device === '0x10d3');
    expect(card?.bars.map(({ bar, size }) => `${bar} ${size}`)).toEqual([
      'BAR 0 0x20000',
      'BAR 1 0x20000',
      'BAR 2 0x20',
      'BAR 3 0x4000',
      'ROM 0x40000',
    ]);
    const again = runCli(folder, [...words, '--timeout', '30', '--expect', 'saved.json']);
    expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: 'As in saved.json.\n' });
  }),
);
