import { expect, test } from 'vitest';
import { makeFinding, makeReport } from '../../test/support/make-report.ts';
import { parseProfile } from './profile.ts';
import { updateProfileText } from './profile-update.ts';

const TEXT = `# The machine of our team.
choices:
  # Seen in the manual.
  hole: zero
known:
  - id: BAR-003-00000000 # an old one
    reason: it is meant
`;

test('learned choices and new findings are added, and every comment stays', () => {
  const finding = makeFinding();
  const reports = [makeReport({ learned: { hole: 'ones', zero_bar: 'skip' }, findings: [finding] })];
  const { text, choices, findings } = updateProfileText(TEXT, reports);
  expect(choices).toEqual(['zero_bar: skip']);
  expect(findings).toEqual([finding.id]);
  for (const line of TEXT.trim().split('\n')) expect(text).toContain(line);
  expect(text).toContain('zero_bar: skip');
  expect(text).toContain('BAR 0, low bits writable');
});

test('what was added can be read again, and a second update adds nothing', async () => {
  const reports = [makeReport({ learned: { zero_bar: 'skip' }, findings: [makeFinding()] })];
  for (const before of ['', '# empty\n', 'choices:\nknown:\n', 'known: []\n', TEXT]) {
    const { text } = updateProfileText(before, reports);
    const profile = await parseProfile(text, 'p.yaml');
    expect(profile.choices['zero_bar']).toBe('skip');
    expect(profile.known.at(-1)).toMatchObject({ id: makeFinding().id, reason: '' });
    const judged = [makeReport({ learned: { zero_bar: 'skip' }, findings: [makeFinding({}, { known: true })] })];
    expect(updateProfileText(text, judged)).toEqual({ text, choices: [], findings: [] });
  }
});

test('a deviation is never added: only a person declares it', () => {
  const { choices, text } = updateProfileText('', [makeReport({ learned: { pm: 'cosmetic' } })]);
  expect(choices).toEqual([]);
  expect(text).toBe('');
});

test('a choice on which two traces disagree is left out', () => {
  const reports = [makeReport({ learned: { hole: 'ones' } }), makeReport({ learned: { hole: 'zero' } })];
  expect(updateProfileText('', reports).choices).toEqual([]);
});

test('a finding in several traces is added once', () => {
  expect(
    updateProfileText('', [makeReport({ findings: [makeFinding()] }), makeReport({ findings: [makeFinding()] })])
      .findings,
  ).toHaveLength(1);
});
