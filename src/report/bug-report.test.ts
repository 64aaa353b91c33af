import { marked } from 'marked';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { LiveRun } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { ruleById } from '../spec/rules.ts';
import { bugReports } from './bug-report.ts';

const results = (reports: readonly TraceReport[], live?: LiveRun, command = 'check') =>
  makeResults(command, 'barometer 0.0.0', reports, makeVerdict(), live);
const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('a finding of a trace has a report with the rule, the place and the commands; a known one has none', () => {
  const finding = makeFinding();
  const known = makeFinding({ register: 'BAR 1' }, { known: true });
  const report = makeReport({ name: 'my trace.log', profile: 'p.yaml', findings: [finding, known] });
  const reports = bugReports(results([report]), new Map());
  expect([...reports.keys()]).toEqual([`findings/${finding.id}.md`]);
  const text = [...reports.values()][0]!;
  const { statement, citation } = ruleById('BAR-003')!;
  expect(text).toMatch(/^# BAR-003: Low address bits are hardwired zero\n/);
  expect(squeezed(text).replaceAll('\\', '')).toContain(`BAR-003 (a MUST): ${squeezed(statement)}`);
  expect(text).toContain(citation);
  expect(text).toContain('- expected: `0x0`\n- found: `0x1`\n- by: `read port 0xcfc 4 -> 0x1`\n');
  expect(text).toContain("barometer check 'my trace.log' --profile p.yaml --only BAR-003\n");
  expect(text).toContain("barometer state 'my trace.log' --profile p.yaml --at 7\n");
  expect(text).toContain(`- finding: \`${finding.id}\`\n`);
});

test('beside a failure it has the steps, the command and the script', () => {
  const finding = makeFinding({ line: 0 });
  const place = `failures/${finding.id}`;
  const live: LiveRun = {
    target: 'exec',
    seed: 'mine',
    sweepAccesses: 0,
    failures: new Map([[finding.id, { failure: place, steps: 1, reproduced: true }]]),
  };
  const files = new Map([
    [`${place}/scenario.txt`, 'size bar fn.0\n'],
    [`${place}/command.txt`, 'barometer run scenario.txt --target exec:./adapter\n'],
    [`${place}/reproduce.qtest`, '# how\noutl 0xcf8 0x80000000\n'],
    // The second of several targets that have it.
    [`${place}-on-2/scenario.txt`, 'another step\n'],
    [`${place}-on-2/command.txt`, 'barometer run scenario.txt --target emulated\n'],
  ]);
  const reports = bugReports(
    results([makeReport({ name: 'exec:./adapter', findings: [finding] })], live, 'fuzz'),
    files,
  );
  expect([...reports.keys()]).toEqual([`${place}/report.md`, `${place}-on-2/report.md`]);
  const text = reports.get(`${place}/report.md`)!;
  expect(text).toContain('```text\nsize bar fn.0\n```');
  expect(text).toContain('```bash\nbarometer run scenario.txt --target exec:./adapter\n```');
  expect(text).toContain('outl 0xcf8 0x80000000\n```');
  expect(text).toContain('- seed: `mine`\n');
  expect(reports.get(`${place}-on-2/report.md`)).not.toContain('qtest');
  // A long script is named, not shown.
  const long = new Map([...files, [`${place}/reproduce.qtest`, 'outl 0xcf8 0x80000000\n'.repeat(500)] as const]);
  const short = bugReports(results([makeReport({ name: 'exec:./adapter', findings: [finding] })], live, 'fuzz'), long);
  expect(short.get(`${place}/report.md`)!.length).toBeLessThan(text.length + 200);
});

test('a failure without steps says what shows it', () => {
  const finding = makeFinding({ line: 0 });
  const place = `failures/${finding.id}`;
  const failure = { failure: place, steps: 0, reproduced: true };
  const live: LiveRun = { target: 'exec', seed: 'x', sweepAccesses: 0, failures: new Map([[finding.id, failure]]) };
  const files = new Map([
    [`${place}/scenario.txt`, '# breaks BAR-003\n'],
    [`${place}/command.txt`, 'barometer run scenario.txt --target exec:./adapter\n'],
  ]);
  const found = results([makeReport({ name: 'exec:./adapter', findings: [finding] })], live, 'fuzz');
  const text = bugReports(found, files).get(`${place}/report.md`)!;
  expect(squeezed(text)).toContain('No step is needed: it shows when the target is started');
  expect(text).not.toContain('show it:');
  expect(text).not.toContain('# breaks');
  expect(text).toContain('```bash\nbarometer run scenario.txt --target exec:./adapter\n```');
});

test('a command is never cut', () => {
  const again = `barometer run s.txt --target 'qemu:${'-device edu '.repeat(5000)}'`;
  const live: LiveRun = { target: 'qemu', seed: null, sweepAccesses: 0, failures: new Map() };
  const found = results([makeReport({ name: 's.txt', findings: [makeFinding({ line: 0 })] })], live, 'run');
  const [text = ''] = bugReports(found, new Map(), () => again).values();
  expect(text).toContain(`\`\`\`bash\n${again}\n\`\`\``);
});

test('a scenario that was run has the command that runs it again', () => {
  const live: LiveRun = { target: 'exec', seed: null, sweepAccesses: 0, failures: new Map() };
  const found = results([makeReport({ name: 's.txt', findings: [makeFinding({ line: 0 })] })], live, 'run');
  const [text = ''] = bugReports(found, new Map(), (input) => `barometer run ${input} --target exec:./a`).values();
  expect(text).toContain('```bash\nbarometer run s.txt --target exec:./a\n```');
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: adds nothing but text',
  (_name, text) => {
    const tags = (words: string): string[] => {
      const finding = makeFinding({ register: words, expected: words, actual: words, explanation: words });
      const report = makeReport({ name: words, profile: words, origin: { guest: words }, findings: [finding] });
      const [markdown = ''] = bugReports(results([report]), new Map()).values();
      expect(markdown).not.toMatch(ODD);
      const html = marked.parse(markdown, { async: false });
      // Addresses and the like become code within prose.
      return [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag).filter((tag) => tag !== '<code>');
    };
    expect(tags(text)).toEqual(tags('plain'));
  },
);
