import junitReportBuilder from 'junit-report-builder';
import type { Builder } from 'junit-report-builder';
import type { Results } from '../check/results-schema.ts';
import { inertLine, inertLines } from '../core/inert-text.ts';

// The package's declarations speak of a default export inside the module; Node hands over the builder itself.
const builder = junitReportBuilder as unknown as Builder;

/**
 * JUnit XML of a run: a suite for each input, a test case for each rule that it exercised or broke. A case fails when a
 * finding of its rule is new and gates; known findings and findings that do not gate stand in its output. Times are 0,
 * so that equal runs give equal bytes.
 */
export function junitXml(results: Results): string {
  const gating = new Set(results.verdict.gating);
  const report = builder.newBuilder();
  const findings = new Map(results.findings.map((finding) => [finding.id, finding]));
  for (const input of results.inputs) {
    const suite = report.testSuite().name(inertLine(input.name)).time(0);
    suite.property('tool', results.tool);
    suite.property('sha256', input.sha256);
    if (input.profile !== null) suite.property('profile', inertLine(input.profile));
    const [problem] = input.problems;
    if (problem !== undefined) {
      const testCase = suite.testCase().className(inertLine(input.name)).name('the trace can be read').time(0);
      testCase.error(inertLine(problem), 'input', inertLines(input.problems.join('\n')));
    }
    for (const rule of input.rules) {
      const testCase = suite.testCase().className(inertLine(input.name)).name(rule.id).time(0);
      const mine = input.findings.filter((finding) => findings.get(finding.id)?.rule === rule.id);
      const failing = mine.filter((finding) => !finding.known && gating.has(finding.id));
      const others = mine.filter((finding) => !failing.includes(finding));
      if (failing.length > 0) {
        const bodies = failing.map((finding) => body(findings.get(finding.id), finding));
        const title = findings.get(failing[0]?.id ?? '')?.title ?? rule.id;
        testCase.failure(`${rule.id}: ${title} (${failing.length} new)`, 'divergence');
        testCase.stacktrace(bodies.join('\n\n'));
      }
      if (others.length > 0) {
        testCase.standardOutput(others.map((finding) => body(findings.get(finding.id), finding)).join('\n\n'));
      }
    }
  }
  profileSuite(report, results);
  objectionSuite(report, results);
  return `${report.build()}\n`;
}

/** What fails a strict run beside findings: a case for each entry of a profile that is not in order. */
function profileSuite(report: Builder, { profile }: Results): void {
  if (profile.length === 0) return;
  const suite = report.testSuite().name('known findings of the profile').time(0);
  for (const one of profile) {
    const words = inertLine(`${one.profile}:${one.line}: the known finding ${one.id} ${one.what}.`);
    const testCase = suite
      .testCase()
      .className(inertLine(one.profile))
      .name(inertLine(`${one.id} ${one.what}`))
      .time(0);
    testCase.failure(words, 'profile');
    testCase.stacktrace(words);
  }
}

/** What there would have to be instead of an objection. */
const WANTED: Readonly<Record<Results['objections'][number]['kind'], string>> = {
  unbound: 'it can be bound',
  differing: 'the target does the same twice',
  undecoded: 'something can be judged',
  unsaved: 'it can be written',
  interrupted: 'it comes to its end',
};

/** Objections are failures where they fail the run, else skipped. */
function objectionSuite(report: Builder, { objections }: Results): void {
  if (objections.length === 0) return;
  const suite = report.testSuite().name('the run as a whole').time(0);
  for (const { kind, where, what, fails } of objections) {
    const testCase = suite.testCase().className(inertLine(where)).name(WANTED[kind]).time(0);
    const words = inertLine(`${where}: ${what}`);
    if (fails) {
      testCase.failure(words, kind);
      testCase.stacktrace(words);
    } else {
      testCase.skipped();
      testCase.standardOutput(words);
    }
  }
}

type InputFinding = Results['inputs'][number]['findings'][number];

/** The words on one finding. Place and count are those of this input; the example may stem from another one. */
function body(finding: Results['findings'][number] | undefined, here: InputFinding): string {
  if (finding === undefined) return here.id;
  return [
    `${finding.id}: ${finding.title} (${finding.strength}, ${finding.citation})`,
    `line ${here.line}, ${here.count} occurrence${here.count === 1 ? '' : 's'}${here.known ? ', known' : ''}`,
    `register ${finding.register} of ${finding.kind}`,
    `for example ${finding.input}:${finding.line}: ${finding.access}`,
    `expected ${finding.expected}`,
    `actual   ${finding.actual}`,
    finding.explanation,
  ]
    .map((line) => inertLine(line))
    .join('\n');
}
