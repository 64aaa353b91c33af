import { expect, test } from 'vitest';
import { CUT, makeFinding, makeReport } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { junitXml } from './junit.ts';

const xml = (reports: readonly TraceReport[], gating: readonly string[]): string =>
  junitXml(makeResults('check', 'barometer 0.0.0', reports, []), new Set(gating));

test('a rule that was exercised and held is a passed case', () => {
  const text = xml([makeReport()], []);
  expect(text).toContain('<testsuite name="a.txt" time="0" tests="2" failures="0" errors="0"');
  expect(text).toContain('<testcase classname="a.txt" name="CAM-001" time="0"/>');
});

test('a new finding that gates is a failure with message and body', () => {
  const finding = makeFinding({ actual: '<0x1> & "more"\u0007' });
  const text = xml([makeReport({ findings: [finding] })], [finding.id]);
  expect(text).toContain('failures="1"');
  expect(text).toMatch(
    /<failure message="BAR-003: [^"]+ \(1 new\)" type="divergence"><!\[CDATA\[BAR-003-[0-9a-f]{8}: /,
  );
  expect(text).toContain('expected 0x0\nactual   <0x1> & "more"\n');
});

test('known findings and findings that do not gate are told, and fail nothing', () => {
  const known = makeFinding({}, { known: true, reason: 'meant' });
  const weak = makeFinding({ register: 'BAR 1' });
  const text = xml([makeReport({ findings: [known, weak] })], [known.id]);
  expect(text).toContain('failures="0"');
  expect(text).toContain(`<system-out><![CDATA[${known.id}`);
  expect(text).toContain(weak.id);
});

test('a trace that was not read to its end is an error', () => {
  const text = xml([makeReport(CUT)], []);
  expect(text).toContain('errors="1"');
  expect(text).toContain('<error message="a.txt:7: the trace breaks off here"');
});

test('text that would end a CDATA section early stays text', () => {
  const finding = makeFinding({ explanation: 'odd ]]> text' });
  const text = xml([makeReport({ findings: [finding] })], [finding.id]);
  expect(text).not.toContain('odd ]]> text');
  expect(text).toContain('odd ');
});
