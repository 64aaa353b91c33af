import { expect, test } from 'vitest';
import { emptyMachine } from '../access/machine.ts';
import { Reporter } from './reporter.ts';

const verdict = {
  register: 'Command',
  shape: 'reserved bits set',
  expected: '0',
  actual: '1',
  explanation: 'It must be 0.',
};

function reporter(choices: Record<string, string>): { reporter: Reporter; told: string[] } {
  const told: string[] = [];
  const options = {
    machine: emptyMachine(),
    choices,
    skip: new Set(['CMD-010']),
    divergence: ({ rule }: { rule: string }) => told.push(rule),
    note: () => undefined,
  };
  return { reporter: new Reporter(options), told };
}

test('what a deviation of the profile excuses is counted and not told', () => {
  const { reporter: one, told } = reporter({ cmd_extra: '65535', pm: 'cosmetic', bme: 'ignored' });
  expect(one.diverge({ ...verdict, rule: 'CMD-001', excusedBy: 'cmd_extra=0xffff' })).toBe(false);
  expect(one.diverge({ ...verdict, rule: 'PM-003', excusedBy: 'pm=cosmetic' })).toBe(false);
  expect(one.diverge({ ...verdict, rule: 'PM-003', excusedBy: 'pm=cosmetic' })).toBe(false);
  expect(told).toEqual([]);
  expect([...one.excused].map(([choice, rules]) => [choice, ...rules])).toEqual([
    ['cmd_extra=0xffff', ['CMD-001', 1]],
    ['pm=cosmetic', ['PM-003', 2]],
  ]);
});

test('another value of a deviation excuses nothing, and a rule that is off needs no excuse', () => {
  const { reporter: one, told } = reporter({ pm: 'modelled', bme: 'ignored' });
  expect(one.diverge({ ...verdict, rule: 'PM-003', excusedBy: 'pm=cosmetic' })).toBe(true);
  expect(one.diverge({ ...verdict, rule: 'CMD-001', excusedBy: 'cmd_extra=0xffff' })).toBe(true);
  expect(one.diverge({ ...verdict, rule: 'CMD-010', excusedBy: 'bme=ignored' })).toBe(false);
  expect(told).toEqual(['PM-003', 'CMD-001']);
  expect(one.excused.size).toBe(0);
});
