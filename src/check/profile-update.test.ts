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

test('from the third finding of a rule on, one entry accepts what they have in common', async () => {
  const registers = ['BAR 0', 'BAR 1', 'BAR 2'];
  const findings = registers.map((register) => makeFinding({ register }));
  const knownOf = async (text: string) => (await parseProfile(text, 'p.yaml')).known;
  const two = updateProfileText('', [makeReport({ findings: findings.slice(0, 2) })]).text;
  expect((await knownOf(two)).map(({ id }) => id)).toEqual(
    findings
      .slice(0, 2)
      .map(({ id }) => id)
      .toSorted(),
  );

  const judged = [...findings.slice(0, 2).map((finding) => ({ ...finding, known: true })), findings[2]!];
  const three = updateProfileText(two, [makeReport({ findings: judged })]).text;
  const family = { rule: 'BAR-003', function: 'class 020000 8086:10d3', shape: 'low bits writable' };
  const [entry, ...others] = await knownOf(three);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ ...family, reason: '' });
  expect(entry).not.toHaveProperty('register');

  // Another shape makes it wider.
  const shape = makeFinding({ register: 'BAR 0', shape: 'high bits lost' });
  const wider = await knownOf(updateProfileText(three, [makeReport({ findings: [shape] })]).text);
  expect(wider).toHaveLength(1);
  expect(wider[0]).not.toHaveProperty('shape');
});

test('an entry on which somebody has said something is never made wider', async () => {
  const text = `known:\n  - { rule: BAR-003, register: BAR 0, reason: it is meant }\n`;
  const findings = ['BAR 1', 'BAR 2', 'BAR 3'].map((register) => makeFinding({ register }));
  const { known } = await parseProfile(updateProfileText(text, [makeReport({ findings })]).text, 'p.yaml');
  expect(known[0]).toMatchObject({ register: 'BAR 0', reason: 'it is meant' });
  expect(known).toHaveLength(2);
});
