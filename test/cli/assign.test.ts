import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

const DEVICES = `
machine:
  ecam: 0xe0000000,0,255
  io: 0xc000-0xffff
  mem32: 0xc0000000-0xdfffffff
  mem64: 0x800000000-0xfffffffff
  ram: 0x0-0x7fffffff
devices:
  - name: disk
    bars:
      0: { kind: mem64, size: 16K }
      2: { kind: io, size: 32 }
    rom: 64K
  - name: port1
    bridge:
      hotplug: { memory: 2M, prefetchable: 64M, buses: 4 }
      devices:
        - name: gpu
          bars:
            0: { kind: mem32, size: 16M }
            2: { kind: mem64, size: 256M, prefetchable: true }
  - name: bridge
    bridge:
      bus: conventional
      devices:
        - name: nic
          bars:
            0: { kind: mem32, size: 128K, address: 0xc8020000 }
            1: { kind: io, size: 64 }
`;

interface PlanDocument {
  schema: string;
  result: string;
  constraint?: string;
  missing?: string;
  topology: {
    schema: string;
    devices: { name: string; bridge?: { assigned: Record<string, unknown>; devices: object[] } }[];
  };
}

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

function assign(content: string, ...words: string[]) {
  writeFileSync(join(folder, 'devices.yaml'), content);
  return runCli(folder, ['assign', 'devices.yaml', ...words]);
}

describe('a plan', () => {
  test('is a tree with addresses, windows, bus numbers and totals', () => {
    const { status, stdout, stderr } = assign(DEVICES);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^devices\.yaml: a plan for 5 functions, found in \d+ steps\.$/m);
    expect(stdout).toMatch(/^port1\n +bus +00 above, 01 to 04 below\n +I\/O +closed\n +memory +0xc?[0-9a-f]+-/m);
    expect(stdout).toContain('memory 0x800000000 (256 MiB, 64-bit, prefetchable)');
    expect(stdout).toContain('BAR 0         memory 0xc8020000 (128 KiB, fixed)');
    expect(stdout).toMatch(/^memory above 4 GiB +256 MiB +256 MiB +0 bytes +32 GiB$/m);
    expect(assign(DEVICES).stdout).toBe(stdout);
  });

  test('--json: a topology that can be read again', () => {
    const document = JSON.parse(assign(DEVICES, '--json').stdout) as PlanDocument;
    expect(document).toMatchObject({ schema: 'barometer.plan/1', result: 'plan' });
    expect(document.topology.schema).toBe('barometer.topology/1');
    expect(document.topology.devices[1]?.bridge?.assigned).toMatchObject({
      buses: { primary: 0, secondary: 1, subordinate: 4 },
      prefetchable: '0x800000000-0x80fffffff',
      io: 'closed',
    });
    const again = assign(JSON.stringify(document.topology), '--json');
    expect(again.status).toBe(0);
    expect((JSON.parse(again.stdout) as PlanDocument).topology).toEqual(document.topology);
  });
});

describe('no plan', () => {
  const large = DEVICES.replace('size: 16M', 'size: 512M');

  test('names the constraint and what is missing', () => {
    const { status, stdout } = assign(large);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^devices\.yaml: there is no plan\. The memory apertures below 4 GiB have 512 MiB free, but/,
    );
    expect(stdout).toMatch(/are missing\.$/m);
    expect(JSON.parse(assign(large, '--json').stdout)).toMatchObject({
      result: 'infeasible',
      constraint: 'the memory apertures below 4 GiB',
    });
  });

  test('undecided after too few steps', () => {
    const { status, stdout } = assign(DEVICES, '--steps', '1');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^devices\.yaml: undecided\. No plan was found in \d+ steps?, and no proof/);
  });
});

describe('input that is not in order: status 2, all problems at once, with their places', () => {
  const problems = (content: string): string[] => {
    const { status, stdout, stderr } = assign(content);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at |bug in Barometer/m);
    return stderr.trimEnd().split('\n');
  };

  test('unknown keys, wrong kinds, sizes, names twice', () => {
    expect(
      problems(
        [
          'devices:',
          '  - name: a',
          '    bars: { 0: { kind: mem33, size: 3K, prefetch: true } }',
          '  - name: a',
          '  - foo: 1',
          'machin: 1',
        ].join('\n'),
      ),
    ).toEqual([
      'devices.yaml:3:13: devices.0.bars.0.kind: the kinds are io, mem32, mem64; this is "mem33". Did you mean mem32?',
      'devices.yaml:3:13: devices.0.bars.0.size: it must be a power of two.',
      'devices.yaml:3:13: devices.0.bars.0.prefetch: unknown key. Did you mean prefetchable?',
      'devices.yaml:4:5: devices.1.name: there is another device called a.',
      'devices.yaml:5:5: devices.2.name: a name is expected, but it is missing.',
      'devices.yaml:5:5: devices.2.foo: unknown key.',
      'devices.yaml:6:1: machin: unknown key. Did you mean machine?',
    ]);
  });

  test.each([
    ['an empty file', '', /^devices\.yaml:1:1: the file is empty/],
    ['an empty list', 'devices: []', /^devices\.yaml:1:1: devices: the list of devices is empty/],
    ['a list alone', '- name: a', /^devices\.yaml:1:1: a mapping is expected, not a list\.$/],
    ['another type', 'devices: 3', /^devices\.yaml:1:1: devices: a list of devices is expected\.$/],
    ['aliases in a circle', 'devices: &x [*x]', /^devices\.yaml:1:1: not YAML: .*aliases lead in a circle/],
    ['brackets without end', '['.repeat(20_000), /^devices\.yaml:1:1: not YAML: it is nested too deep\.$/],
    ['a binary file', 'devices:\0', /^devices\.yaml: this is a binary file/],
    ['a file of 5 MiB', `# ${'x'.repeat(5 << 20)}\n`, /^devices\.yaml: this is too large/],
    ['a 64-bit BAR at the end', 'devices: [{name: a, bars: {5: {kind: mem64, size: 16}}}]', /takes two registers/],
    ['a BAR of a bridge', 'devices: [{name: a, bars: {2: {kind: mem32, size: 16}}, bridge: {}}]', /BARs 0 and 1 only/],
  ])('%s', (_, content, expected) => {
    const [first, ...others] = problems(content);
    expect(first).toMatch(expected);
    expect(others).toEqual([]);
  });

  test('a file that is not there, and steps that are no number', () => {
    expect(runCli(folder, ['assign', 'none.yaml'])).toMatchObject({
      status: 2,
      stderr: 'none.yaml: there is no such file.\n',
    });
    expect(assign(DEVICES, '--steps', '0')).toMatchObject({ status: 2, stderr: expect.stringContaining('--steps 0') });
  });
});
