import { expect, test } from 'vitest';
import { makeFinding } from '../../test/support/make-report.ts';
import { entryName, KnownFindings } from './known-findings.ts';
import { parseProfile } from './profile.ts';

const finding = makeFinding();
const another = makeFinding({ register: 'BAR 1', shape: 'high bits lost' });

async function accepted(entry: string): Promise<boolean[]> {
  const { known } = await parseProfile(`known:\n  - { ${entry}, reason: it is meant }\n`, 'p.yaml');
  const findings = new KnownFindings(known);
  return [finding, another].map((one) => findings.judge(one).known);
}

test('an entry accepts one finding by its id, or those of a rule that agree in the parts that it names', async () => {
  const kind = 'function: "class 020000 8086:10d3"';
  expect(await accepted(`id: ${finding.id}`)).toEqual([true, false]);
  expect(await accepted('rule: BAR-003')).toEqual([true, true]);
  expect(await accepted('rule: BAR-003, register: BAR 0')).toEqual([true, false]);
  expect(await accepted('rule: BAR-003, shape: high bits lost')).toEqual([false, true]);
  expect(await accepted(`rule: BAR-003, ${kind}`)).toEqual([true, true]);
  expect(await accepted(`rule: BAR-003, ${kind}, register: BAR 1, shape: low bits writable`)).toEqual([false, false]);
  expect(await accepted('rule: BAR-003, function: none')).toEqual([false, false]);
  expect(await accepted('rule: BAR-004')).toEqual([false, false]);
});

test('the reason comes with it, and messages call an entry by its id or by its parts', async () => {
  const text = 'known: [{ id: BAR-003-00000000 }, { rule: BAR-003, register: BAR 0, reason: so does hardware }]';
  const { known } = await parseProfile(text, 'p.yaml');
  expect(new KnownFindings(known).judge(finding)).toMatchObject({ known: true, reason: 'so does hardware' });
  expect(known.map(entryName)).toEqual(['BAR-003-00000000', 'BAR-003, BAR 0']);
});
