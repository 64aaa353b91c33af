import { expect, test } from 'vitest';
import { makeFinding, makeReport, makeVerdict } from '../../../test/support/make-report.ts';
import { IDENTITY } from '../../../test/support/explain-text.ts';
import { makeResults } from '../../check/results.ts';
import type { PageData } from './page-data.ts';
import { pageFiles } from './page-files.ts';

/** Reserved bits of Command keep what is written to them: CMD-001, unless the choice `cmd_extra` says that they do. */
const TRACE = `barometer.trace/1
${IDENTITY.trim()}
read config 00:02.0 0x4 2 -> 0x0
write config 00:02.0 0x4 2 <- 0xf800
read config 00:02.0 0x4 2 -> 0xf800
`;

/** Of each picture the rules that are broken in it. */
async function pictures(skip: ReadonlySet<string>): Promise<Record<string, string[]>> {
  const strict = makeReport({ name: '#2', findings: [makeFinding({ rule: 'CMD-001', register: 'Command' })] });
  const lax = makeReport({
    name: '#1',
    declared: { cmd_extra: '0xffff' },
    findings: [makeFinding({ rule: 'CMD-002', register: 'Command' })],
  });
  const reports = [lax, strict];
  const place = (id: string): string => `failures/${id}`;
  const failures = new Map(
    reports.flatMap(({ findings }) =>
      findings.map(({ id }) => [id, { failure: place(id), steps: 1, reproduced: true }] as const),
    ),
  );
  const results = makeResults('fuzz', 'barometer 0.0.0', reports, makeVerdict({ status: 1 }), {
    target: 'emulated',
    seed: 'seed',
    sweepAccesses: 0,
    failures,
  });
  const files = await pageFiles({
    results,
    reports,
    skip,
    curves: [],
    recordings: reports.map(({ findings, declared: choices }) => {
      return { name: place(findings[0]!.id), scenario: 'look', trace: TRACE, choices };
    }),
    files: new Map(),
    again: () => 'barometer fuzz',
  });
  const data = /id="data">\s*(\{.*\})\s*<\/script>/s.exec(files.get('index.html')!)![1]!;
  return Object.fromEntries(
    (JSON.parse(data) as PageData).pictures.map(({ name, divergences }) => [
      name.slice(9, 16),
      divergences.map(([, id]) => id.slice(0, 7)),
    ]),
  );
}

test('a failure is replayed as its own target is judged, not as the first one', async () => {
  expect(await pictures(new Set())).toEqual({ 'CMD-002': [], 'CMD-001': ['CMD-001'] });
});

test('a rule that is switched off shows nothing in the pictures of failures', async () => {
  expect(await pictures(new Set(['CMD-001']))).toEqual({ 'CMD-002': [], 'CMD-001': [] });
});
