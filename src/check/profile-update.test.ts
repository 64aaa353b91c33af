import { expect, test } from 'vitest';
import { makeFinding, makeReport } from '../../test/support/make-report.ts';
import { parseProfile } from './profile.ts';
import { updateProfileText } from './profile-update.ts';
import type { JudgedFinding } from './trace-report.ts';

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

/** Two findings of a rule, and a third that makes a family of what nobody has touched. */
const [ONE, TWO, THREE] = ['BAR 0', 'BAR 1', 'BAR 2'].map((register) => makeFinding({ register })) as [
  JudgedFinding,
  JudgedFinding,
  JudgedFinding,
];
const withThird = (text: string): string =>
  updateProfileText(text, [makeReport({ findings: [{ ...ONE, known: true }, { ...TWO, known: true }, THREE] })]).text;
const byTwo = updateProfileText('', [makeReport({ findings: [ONE, TWO] })])
  .text.trimEnd()
  .split('\n');

test('a comment above any line of an entry keeps the entry and stays above that line', () => {
  expect(withThird(byTwo.join('\n'))).not.toContain(ONE.id);
  for (const [index, line] of byTwo.entries()) {
    const indent = / */.exec(line)?.[0] ?? '';
    const text = [...byTwo.slice(0, index), `${indent}# Ann`, ...byTwo.slice(index)].join('\n');
    expect(withThird(text)).toContain(`${indent}# Ann\n${line}\n`);
  }
});

test('a comment beside or below any line of an entry keeps the entry', () => {
  for (const [index, line] of byTwo.entries()) {
    if (!line.includes(': ') || line.includes('#')) continue;
    const commented = (comment: string): string => byTwo.with(index, line + comment).join('\n');
    expect(withThird(commented(' # Ann'))).toContain(`${line} # Ann\n`);
    expect(withThird(commented('\n    # Ann'))).toContain(`${line}\n    # Ann\n`);
  }
});

test('a comment in place of that of the update keeps the entry', () => {
  const [mine, other] = byTwo.flatMap((line, index) => (line.includes('#') ? [index] : [])) as [number, number];
  for (const index of [mine, other]) {
    const text = withThird(byTwo.with(index, '  # Ann').join('\n'));
    expect(text).toContain(`  # Ann\n${byTwo[index + 1]}\n`);
  }
});

test('comments that stand after an entry, but not in it, stay before what follows them', () => {
  const text = `known:
  - id: BAR-003-00000000
    # of this entry
  # of the next
  - id: CFG-001-00000000
    # of that entry
# of the choices
choices:
  hole: zero
`;
  const { text: updated } = updateProfileText(text, [makeReport({ findings: [ONE] })]);
  expect(updated).toContain('    # of this entry\n  # of the next\n  - id: CFG-001-00000000\n    # of that entry\n');
  expect(updated).toMatch(/ {2}- id: BAR-003-.*\n.*\n.*\n *# of the choices\nchoices:/);
});

test('the comment of a list without entries stays', () => {
  for (const key of ['known', 'choices'])
    expect(
      updateProfileText(`${key}: # none yet\n`, [makeReport({ learned: { hole: 'ones' }, findings: [ONE] })]).text,
    ).toContain('# none yet');
});

test('a family that the update did not make, or that a person made narrower, is never made wider', async () => {
  const family = updateProfileText('', [makeReport({ findings: [ONE, TWO, THREE] })]).text;
  expect(family).toContain('several findings');
  const narrowed = family.replace('rule: BAR-003\n', 'rule: BAR-003\n    register: BAR 5\n');
  const byHand = `known:\n  - { rule: BAR-003, register: BAR 5 }\n`;
  for (const text of [narrowed, byHand]) {
    const findings = [ONE, TWO, THREE];
    const { known } = await parseProfile(updateProfileText(text, [makeReport({ findings })]).text, 'p.yaml');
    expect(known).toHaveLength(2);
    expect(known[0]).toMatchObject({ rule: 'BAR-003', register: 'BAR 5' });
  }
});

test('an entry that another one refers to by an anchor is not replaced', () => {
  const findings = ['BAR 0', 'BAR 1', 'BAR 2'].map((register) => makeFinding({ register }));
  const { text } = updateProfileText('', [makeReport({ findings: findings.slice(0, 1) })]);
  const referred = `${text.replace('- id', '- &one\n    id')}  - *one\n`;
  expect(updateProfileText(referred, [makeReport({ findings })]).text).toContain('&one');
});
