import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { RULES } from '../spec/rules.ts';
import { diffResults } from './diff.ts';
import { diffSchema } from './diff-schema.ts';
import type { Diff } from './diff-schema.ts';
import { makeResults } from './results.ts';
import type { LiveRun } from './results.ts';
import type { TraceReport } from './trace-report.ts';

const jsonSchema = z.toJSONSchema(diffSchema);
const validate = new Ajv2020({ strict: false }).compile(jsonSchema);

const results = (reports: readonly TraceReport[], live?: LiveRun) =>
  makeResults('check', 'barometer 0.0.0', reports, makeVerdict(), live);
/** Every document is held against its schema. */
function diff(before: Parameters<typeof diffResults>[0], after: typeof before, strict = false): Diff {
  const made = diffResults(before, after, strict);
  expect(validate(JSON.parse(JSON.stringify(made)))).toBe(true);
  return made;
}
const ids = (findings: readonly { id: string }[]): string[] => findings.map(({ id }) => id);

// Refresh with: npx vitest run src/check/diff.test.ts --update
test('the committed JSON schema is the one that the code promises', async () => {
  await expect(`${JSON.stringify(jsonSchema, null, 2)}\n`).toMatchFileSnapshot('../../corpora/schema/diff.schema.json');
});

test('two equal results have no difference', () => {
  const same = results([makeReport({ findings: [makeFinding()] })]);
  expect(diff(same, same)).toMatchObject({
    remarks: [],
    findings: { new: [], gone: [], changed: [] },
    rules: { gained: [], lost: [] },
    totals: [],
    gating: [],
  });
});

test('findings are new, gone or changed by their identity', () => {
  const [stays, goes, comes] = ['stays', 'goes', 'comes'].map((shape) => makeFinding({ shape }));
  const before = results([makeReport({ findings: [stays!, goes!] })]);
  const after = results([makeReport({ findings: [{ ...stays!, count: 7 }, comes!] })]);
  const { findings, gating, totals } = diff(before, after);
  expect(ids(findings.new)).toEqual([comes!.id]);
  expect(ids(findings.gone)).toEqual([goes!.id]);
  expect(findings.changed).toMatchObject([{ id: stays!.id, count: { old: 1, new: 7 }, known: null, reproduced: null }]);
  expect(gating).toEqual([comes!.id]);
  expect(totals).toEqual([{ name: 'divergences', old: 2, new: 8 }]);
});

test('what is known is not held against a run, and what is no longer known is', () => {
  const finding = makeFinding();
  const known = { ...finding, known: true };
  const [open, accepted, none] = [[finding], [known], []].map((findings) => results([makeReport({ findings })]));
  expect(diff(none!, accepted!).gating).toEqual([]);
  expect(diff(open!, accepted!)).toMatchObject({
    gating: [],
    findings: { changed: [{ known: { old: false, new: true } }] },
  });
  expect(diff(accepted!, open!).gating).toEqual([finding.id]);
  expect(diff(open!, open!).gating).toEqual([]);
});

test('findings of weak rules count with strict only', () => {
  const weak = makeFinding({ rule: RULES.find(({ strength }) => strength === 'SHOULD')!.id });
  const after = results([makeReport({ findings: [weak] })]);
  expect(diff(results([makeReport()]), after).gating).toEqual([]);
  expect(diff(results([makeReport()]), after, true).gating).toEqual([weak.id]);
});

test('rules that only one run had occasion to judge are named', () => {
  const before = results([makeReport({ exercised: { 'BAR-003': 1, 'CAM-001': 9 } })]);
  const after = results([makeReport({ exercised: { 'BAR-003': 5, 'MSI-001': 1 } })]);
  expect(diff(before, after).rules).toEqual({ gained: ['MSI-001'], lost: ['CAM-001'] });
});

test('whoever compares runs of different things is told', () => {
  const live: LiveRun = { target: 'exec', seed: 'two', sweepAccesses: 0, failures: new Map() };
  const before = results([makeReport({ name: 'a' }), makeReport({ name: 'b' })], { ...live, seed: 'one' });
  const after = results(
    [makeReport({ name: 'a', sha256: '1'.repeat(64), complete: false }), makeReport({ name: 'c' })],
    live,
  );
  expect(diff(before, after).remarks).toEqual([
    'The seed is another one: one before, two now.',
    'The input a is not the same as before.',
    'The new run did not read a to its end.',
    'Only the new run has the input c.',
    'Only the old run has the input b.',
  ]);
});
