/** A run as the page that GitHub Actions shows for a job: verdict, findings, coverage, how to run it again. */
import type { Results } from '../check/results-schema.ts';
import { verdictWord } from '../check/gate.ts';
import { code, codeBlock, codeCell, commandBlock, paragraph, prose } from './markdown.ts';
import { percent } from './summary-text.ts';
import { groupDigits, plural } from './wrap.ts';

/** GitHub takes 1 MiB of a step, to which others may have written, too; a longer page is not shown at all. */
export const SUMMARY_BYTES_AT_MOST = 1 << 20;
/** Rows of a table, and letters of a cell, of which each may become six: all three tables have two thirds of a MiB at most. */
const ROWS_AT_MOST = 100;
const CELL_AT_MOST = 100;

const TOO_LONG = 'The command line is too long for this page; the log of the job has it.';
/** Objections that are told one by one. */
const OBJECTIONS_AT_MOST = 20;
/** Letters of one. */
const OBJECTION_AT_MOST = 400;

interface Place {
  /** The command line of the run. */
  again: string;
  /** Where its report is. */
  report: string;
  /** Bytes that the page may have: a command that does not go in is left out. */
  room?: number;
}

/** Ends with an empty line. */
export function stepSummary(results: Results, { again, report, room = SUMMARY_BYTES_AT_MOST }: Place): string {
  const before = outcomeOf(results);
  const after = `\nThe whole report is in ${code(report)}.\n\n`;
  const command = commandBlock(again);
  const left = room - Buffer.byteLength(before) - Buffer.byteLength(after);
  return `${before}${Buffer.byteLength(command) > left ? paragraph(TOO_LONG) : command}${after}`;
}

/** All but the command. */
function outcomeOf(results: Results): string {
  const { findings, profile, totals, inputs, objections, verdict } = results;
  const gating = new Set(verdict.gating);
  const failing = findings.filter(({ id, known }) => !known && gating.has(id));
  const others = findings.filter(({ id, known }) => !known && !gating.has(id));
  const known = findings.filter((finding) => finding.known);
  const exercised = results.rules.filter((rule) => rule.exercised > 0).length;
  const problems = inputs.flatMap((input) => input.problems);
  return [
    `## Barometer ${results.command}: ${verdictWord(verdict)}\n\n`,
    `${plural(failing.length, 'finding')} that ${failing.length === 1 ? 'fails' : 'fail'} the run, `,
    `${plural(others.length, 'other new finding')}, ${plural(known.length, 'known finding')} `,
    `in ${plural(inputs.length, results.target.kind === 'trace' ? 'trace' : 'run')}.\n\n`,
    problems.length === 0 ? '' : `What could not be read:\n\n${codeBlock(problems.slice(0, 10).join('\n'))}\n`,
    objections.length === 0 ? '' : objectionList(objections),
    findingTable('Findings that fail the run', failing),
    findingTable('Other new findings', others),
    profile.length === 0
      ? ''
      : `### The profile is not in order\n\n${profile
          .slice(0, ROWS_AT_MOST)
          .map(
            (one) =>
              `- ${code(`${one.profile}:${one.line}`, CELL_AT_MOST)}: ${code(one.id, CELL_AT_MOST)} ${one.what}\n`,
          )
          .join('')}\n`,
    known.length === 0 ? '' : details(known),
    `### What was judged\n\n`,
    `| accesses | rules exercised | rules broken | bits known before | undecoded accesses |\n`,
    `| --: | --: | --: | --: | --: |\n`,
    `| ${groupDigits(totals.accesses)} | ${exercised} | ${totals.rulesBroken} `,
    `| ${percent(totals.knownBits)} | ${groupDigits(totals.undecoded)} |\n\n`,
    `### To run it again\n\n`,
  ].join('');
}

function objectionList(objections: Results['objections']): string {
  const rows = objections.slice(0, OBJECTIONS_AT_MOST).map(({ where, what }) => {
    return `- ${code(where, CELL_AT_MOST)}: ${prose(what, OBJECTION_AT_MOST)}\n`;
  });
  const rest = objections.length - rows.length;
  const fails = objections.some((one) => one.fails) ? 'This fails the run' : 'With --strict this would fail the run';
  return [
    `### ${fails}\n\n`,
    ...rows,
    rest > 0 ? `- and ${plural(rest, 'more', 'more')} in the report\n` : '',
    '\n',
  ].join('');
}

function findingTable(heading: string, findings: readonly Results['findings'][number][]): string {
  if (findings.length === 0) return '';
  const rows = findings.slice(0, ROWS_AT_MOST).map((finding) => {
    const where = finding.line > 0 ? `${finding.input}:${finding.line}` : finding.input;
    const cells = [where, finding.register, finding.expected, finding.actual].map((text) =>
      codeCell(text, CELL_AT_MOST),
    );
    const rule = `${finding.rule} ${prose(finding.title)} (${finding.strength}, ${prose(finding.citation)})`;
    return `| ${[codeCell(finding.id), rule, ...cells].join(' | ')} |\n`;
  });
  const rest = findings.length - rows.length;
  return [
    `### ${heading}\n\n`,
    '| finding | rule | where | register | expected | found |\n',
    '| --- | --- | --- | --- | --- | --- |\n',
    ...rows,
    rest > 0 ? `\n${plural(rest, 'more finding')} in the report.\n` : '',
    '\n',
  ].join('');
}

function details(known: readonly Results['findings'][number][]): string {
  const rows = known.slice(0, ROWS_AT_MOST).map(({ id, reason }) => {
    return `| ${codeCell(id)} | ${reason.trim() === '' ? 'no reason given' : codeCell(reason, CELL_AT_MOST)} |\n`;
  });
  const rest = known.length - rows.length;
  return [
    `<details><summary>${plural(known.length, 'known finding')}</summary>\n\n`,
    '| finding | reason |\n| --- | --- |\n',
    ...rows,
    rest > 0 ? `\n${plural(rest, 'more', 'more')} in the report.\n` : '',
    '\n</details>\n\n',
  ].join('');
}
