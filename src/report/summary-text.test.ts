import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { findingText } from './finding-text.ts';
import { plain } from './paint.ts';
import { complaintLine, percent, totalsTable, traceSummary, verdictLine } from './summary-text.ts';
import { groupDigits, wrap } from './wrap.ts';

test('the summary of a trace is one screen that tells what was seen', () => {
  const report = makeReport({ profile: 'p.yaml', learned: { hole: 'zero' } });
  expect(traceSummary(report, plain)).toMatchInlineSnapshot(`
    "a.txt  barometer.trace/1, profile p.yaml
      accesses    10, and 1 event
                  port reads  10 of width 4
      decoded as  8 configuration reads (3 of absent functions), 0 configuration
                  writes, 0 memory, 2 port, 0 messages
      undecoded   2: port that no BAR owns
      functions   1 function
                  00:03.0  class 020000 8086:10d3
      rules       2 exercised, none broken
      bits known  33.3% of what present functions answered
      learned     hole: zero
      findings    none

    "
  `);
});

test('the summary tells which choices were in force and what they excused', () => {
  const text = traceSummary(
    makeReport({ declared: { pm: 'cosmetic', bme: 'ignored' }, excused: { 'pm=cosmetic': { 'PM-003': 12 } } }),
    plain,
  );
  expect(text).toContain('  in force    pm: cosmetic, bme: ignored\n');
  expect(text).toContain('  excused     pm=cosmetic: 12 of PM-003\n');
});

test('a summary stays one screen, however many functions and reasons there are', () => {
  const functions = Array.from({ length: 300 }, (_, bdf) => ({ bdf, vendor: 1, device: 2, classCode: 3 }));
  const undecoded = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`reason ${index}`, index + 1]));
  const text = traceSummary(makeReport({ functions, undecoded, accesses: 99_999 }), plain);
  expect(text.split('\n').length).toBeLessThan(45);
  expect(text).toContain('and 288 more');
  expect(text).toContain('and 82 more reasons');
});

test('a finding tells what broke, where, what was expected and why', () => {
  const finding = makeFinding({ excusedBy: 'pm=cosmetic' });
  const text = findingText(finding, 'a.txt', plain);
  for (const part of ['BROKEN BAR-003', 'MUST', 'a.txt:8', 'read port 0xcfc 4 -> 0x1', '00:03.0', 'BAR 0']) {
    expect(text).toContain(part);
  }
  for (const part of ['expected    0x0', 'actual      0x1', 'hardwired', 'pm=cosmetic', finding.id]) {
    expect(text).toContain(part);
  }
  expect(findingText(makeFinding({}, { known: true, reason: 'it is meant' }), 'a.txt', plain)).toContain('it is meant');
});

test('the table of several traces ends with their sum', () => {
  const reports = [makeReport({ name: 'one' }), makeReport({ name: 'two', findings: [makeFinding()] })];
  const lines = totalsTable(reports, plain).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/^all +20 +2 +4 +2 +1 +33\.3% +1 +0$/);
});

test('the last word names the verdict', () => {
  const known = makeReport({ findings: [makeFinding({}, { known: true })] });
  expect(verdictLine([known], makeVerdict(), plain)).toBe('CONFORMS: 0 new findings, 1 known finding in 1 trace.\n');
  const bad = makeReport({ findings: [makeFinding()] });
  expect(verdictLine([bad, bad], makeVerdict({ status: 1 }), plain)).toBe(
    'DIVERGES: 1 new finding, 0 known findings in 2 traces.\n',
  );
  expect(verdictLine([makeReport(CUT)], makeVerdict({ status: 2 }), plain)).toContain('1 trace not read in full');
});

test('the last word says why a strict run fails without a finding', () => {
  const of = (kind: 'unbound' | 'differing', where: string) => ({ kind, where, what: '…', fails: true });
  const verdict = makeVerdict({
    status: 1,
    objections: [of('unbound', 'a'), of('unbound', 'b'), of('differing', 'lane 1'), of('differing', 'lane 1')],
  });
  expect(verdictLine([makeReport()], verdict, plain).replaceAll('\n', ' ')).toBe(
    'DIVERGES: 0 new findings, 0 known findings, 2 scenarios that cannot be bound, ' +
      '1 lane with different results in 1 trace. ',
  );
});

test('a share is never shown as all when it is not all', () => {
  expect([percent(0.9999), percent(1), percent(0), percent(0.333)]).toEqual(['99.9%', '100.0%', '0.0%', '33.3%']);
});

test('numbers are grouped from five digits on', () => {
  expect([groupDigits(0), groupDigits(9999), groupDigits(10_000), groupDigits(1_234_567)]).toEqual([
    '0',
    '9999',
    '10 000',
    '1 234 567',
  ]);
});

test('lines break between words, and a long word has its own line', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('a verylongword b', 4)).toEqual(['a', 'verylongword', 'b']);
  expect(wrap('', 4)).toEqual(['']);
});

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

test('no line is wider than 80 columns where words can be broken apart', () => {
  const many = Array.from({ length: 90 }, (_one, index) => `reason ${index} in more words than one`);
  const report = makeReport({
    name: 'corpora/traces/linux-q35-with-a-long-name/trace.txt.gz',
    ...CUT,
    problems: [many.join(', ')],
    accesses: 123_456_789,
    configurationReads: 98_765_432,
    accessCounts: [1, 2, 4, 8].map((width) => ({ space: 'memory', write: false, width, count: 12_345_678 })),
    undecoded: { [many.join(' ')]: 3 },
    declared: Object.fromEntries(many.map((name, index) => [`choice_${index}`, name])),
    learned: Object.fromEntries(many.map((name, index) => [`choice_${index}`, name])),
    excused: { 'pm=cosmetic': Object.fromEntries(many.map((_one, index) => [`PM-${index}`, 12_345])) },
    exercised: Object.fromEntries(many.map((_one, index) => [`BAR-${index}`, 3])),
    findings: many.map((shape, index) => makeFinding({ shape, rule: `BAR-0${10 + (index % 20)}` })),
  });
  expect(widest(traceSummary(report, plain))).toBeLessThanOrEqual(80);
  const finding = makeFinding({ explanation: many.join(' '), expected: many.join(' '), register: many.join(' ') });
  expect(widest(findingText(finding, 'a.txt', plain))).toBeLessThanOrEqual(80);
  // A name that is longer than the room beside the numbers has a line of its own.
  const table = totalsTable([report, makeReport({ accesses: 1_234_567_890 })], plain);
  expect(widest(table)).toBeLessThanOrEqual(80);
  expect(table).toMatch(
    /^corpora\/traces\/linux-q35-with-a-long-name\/trace\.txt\.gz \(not read in full\)\n +123 456 789 /m,
  );
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: steers neither a terminal nor a log',
  (_name, text) => {
    const finding = makeFinding(
      { register: text, shape: text, expected: text, actual: text, explanation: text },
      { known: true, reason: text },
    );
    const report = makeReport({ name: text, profile: text, findings: [finding], ...CUT, problems: [text] });
    const complaint = { profile: text, line: 3, id: text, what: 'has expired' } as const;
    const shown = [
      traceSummary(report, plain),
      totalsTable([report, report], plain),
      findingText(finding, text, plain),
      complaintLine(complaint),
    ].join('');
    expect(shown).not.toMatch(ODD);
    expect(shown).not.toMatch(/^\s*::/m);
    expect(shown).not.toContain('##[');
    expect(shown.length).toBeLessThan(100_000);
  },
);
