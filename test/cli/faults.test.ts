import { expect, test } from 'vitest';
import { faultsText } from '../../src/cli/faults.ts';
import type { FaultCatalogue } from '../../src/targets/name.ts';
import { FAULTS, WAITING } from '../../src/targets/emulated/index.ts';
import { RULES } from '../../src/spec/rules.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const CATALOGUE: FaultCatalogue = {
  faults: [
    {
      id: 'msix-mask-lost',
      title: 'An unmask sends nothing of what was pending.',
      origin: { system: 'QEMU', commit: '0123456789ab', date: '2019-03-01' },
      area: 'MSIX',
      difficulty: 2,
      rules: ['MSIX-013'],
    },
    {
      id: 'bar-low-bits',
      title: 'The low bits of a BAR keep what is written.',
      origin: 'synthetic',
      area: 'BAR',
      difficulty: 1,
      rules: ['BAR-003', 'BAR-001'],
    },
    {
      id: 'bar-move-late',
      title: 'A BAR that moves answers at its old place too.',
      origin: { system: 'crosvm', commit: 'abcdef', date: '2021-01-01' },
      area: 'BAR',
      difficulty: 3,
      rules: ['MAP-001'],
    },
  ],
  waiting: [{ id: 'vtd-cache', why: 'There is no IOMMU in the machine.' }],
};

function titleOf(id: string): string {
  return RULES.find((rule) => rule.id === id)?.title ?? '';
}

test('all faults stand by area, with counts, and behind them those that wait', () => {
  expect(faultsText(CATALOGUE, undefined, {})).toBe(
    [
      'BAR (2)',
      '  bar-low-bits   1  BAR-003  The low bits of a BAR keep what is written.',
      '  bar-move-late  3  MAP-001  A BAR that moves answers at its old place too.',
      '',
      'MSIX (1)',
      '  msix-mask-lost  2  MSIX-013  An unmask sends nothing of what was pending.',
      '',
      'waiting (1): real bugs that the emulated target cannot show yet',
      '  vtd-cache  There is no IOMMU in the machine.',
      '',
      '3 faults, with difficulty (1 to 3) and the rule that each breaks. One of them: barometer faults msix-mask-lost',
      '',
    ].join('\n'),
  );
});

test('one fault is explained, with the titles of its rules', () => {
  expect(faultsText(CATALOGUE, 'MSIX-mask-lost', {}).split('\n').slice(0, 5)).toEqual([
    'msix-mask-lost An unmask sends nothing of what was pending.',
    '  area         MSIX',
    '  origin       QEMU, commit 0123456789ab, 2019-03-01',
    '  difficulty   2: two to five accesses in order show it',
    `  breaks       MSIX-013 ${titleOf('MSIX-013')}`,
  ]);
  const synthetic = faultsText(CATALOGUE, 'bar-low-bits', {});
  expect(synthetic).toContain('  origin       synthetic');
  expect(synthetic).toContain(
    `  breaks       BAR-003 ${titleOf('BAR-003')}\n  or           BAR-001 ${titleOf('BAR-001')}\n`,
  );
  expect(synthetic).toContain('barometer serve emulated:bar-low-bits\n');
});

test('JSON has the whole records', () => {
  expect(JSON.parse(faultsText(CATALOGUE, undefined, { json: true }))).toEqual(CATALOGUE);
  expect(JSON.parse(faultsText(CATALOGUE, 'bar-low-bits', { json: true }))).toEqual({
    faults: [CATALOGUE.faults[1]],
    waiting: [],
  });
});

test('a fault that waits or is unknown', () => {
  expect(() => faultsText(CATALOGUE, 'vtd-cache', {})).toThrow('There is no IOMMU in the machine.');
  expect(() => faultsText(CATALOGUE, 'bar-low-bit', {})).toThrow('Did you mean bar-low-bits?');
});

test('the command lists the catalogue', () => {
  const folder = newFolder();
  const listed = JSON.parse(runCli(folder, ['faults', '--json']).stdout) as FaultCatalogue;
  expect(listed.faults).toEqual(FAULTS);
  expect(listed.waiting).toEqual(WAITING);
  const text = runCli(folder, ['faults']);
  expect(text.status).toBe(0);
  expect(FAULTS.filter(({ id }) => !text.stdout.includes(`  ${id} `))).toEqual([]);
  expect(text.stdout).toContain(`${FAULTS.length} fault`);
});

test('an unknown fault is a usage error', () => {
  const { status, stdout, stderr } = runCli(newFolder(), ['faults', 'no-such-fault-at-all']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe('barometer: no-such-fault-at-all: there is no fault of this name. Try: barometer faults\n');
});
