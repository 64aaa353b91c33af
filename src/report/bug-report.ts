/**
 * A finding as a bug report in plain English, ready to be sent to whoever maintains the target: what is wrong, which rule
 * says so, how it is shown again. Markdown that reads well as plain text.
 */
import type { Results } from '../check/results-schema.ts';
import { ruleById } from '../spec/rules.ts';
import { code, codeBlock, commandBlock, paragraph, prose } from './markdown.ts';
import { fileOf } from './sarif.ts';
import { fileWord, shellWord } from './shell-word.ts';
import { plural } from './wrap.ts';

type Finding = Results['findings'][number];
type Input = Results['inputs'][number];

/** Lines of a script that a report has in itself; longer ones are only named. */
const SCRIPT_LINES_AT_MOST = 40;
/** Findings that are alike. */
const OTHERS_AT_MOST = 20;
/** Letters of a scenario or script. */
const STEPS_AT_MOST = 20_000;

/**
 * By their names in the report's directory: one beside each failure in `files`, one below `findings/` for each new finding
 * that has no failure. Of findings that are alike there is one, which names the others. `again`: the command that does a live
 * input again.
 */
export function bugReports(
  results: Results,
  files: ReadonlyMap<string, string>,
  again?: (input: string) => string,
): Map<string, string> {
  const reports = new Map<string, string>();
  const findings = new Map(results.findings.map((finding) => [finding.id, finding]));
  for (const name of files.keys()) {
    const [, place = '', id = ''] = /^(failures\/(.+?)(?:-on-\d+)?)\/scenario\.txt$/.exec(name) ?? [];
    const finding = findings.get(id);
    if (finding !== undefined)
      reports.set(`${place}/report.md`, report(results, finding, shownBy(files, place, finding)));
  }
  for (const finding of results.findings) {
    if (finding.known || finding.failure !== null || finding.alike !== null) continue;
    const shown = fromInput(results, finding, again?.(finding.input));
    reports.set(`findings/${finding.id}.md`, report(results, finding, shown));
  }
  return reports;
}

function report(results: Results, finding: Finding, shown: string): string {
  const rule = ruleById(finding.rule);
  const input = results.inputs.find(({ name }) => name === finding.input);
  const whose = finding.kind === 'none' ? '' : ` of the function ${finding.function} (${finding.kind})`;
  const paragraphs = [
    `# ${finding.rule}: ${prose(finding.title)}\n`,
    paragraph(`${finding.register}${whose} is not as PCI demands. ${finding.explanation}`),
    [
      `- expected: ${code(finding.expected)}\n`,
      `- found: ${code(finding.actual)}\n`,
      finding.access === '' ? '' : `- by: ${code(finding.access)}\n`,
      `- seen: ${plural(finding.count, 'time')} in this run\n`,
    ].join(''),
    elsewhere(results, finding),
    '## The rule\n',
    paragraph(`${finding.rule} (${strengthWords(finding.strength)}): ${rule?.statement ?? finding.title}`),
    paragraph(`It is written in ${finding.citation}.`),
    rule === undefined || rule.allowed === '' ? '' : paragraph(`What is allowed: ${rule.allowed}`),
    finding.excusedBy === ''
      ? ''
      : paragraph(`If this is meant, ${finding.excusedBy} in the choices of a profile declares it.`),
    '## To see it again\n',
    shown,
    '## Where it was seen\n',
    environment(results, finding, input),
  ];
  return paragraphs.filter((text) => text !== '').join('\n');
}

function strengthWords(strength: Finding['strength']): string {
  switch (strength) {
    case 'MUST':
      return 'a MUST';
    case 'UNDEFINED':
      return 'several forms are allowed, and this is none of them';
    case 'SHOULD':
      return 'a SHOULD, no MUST';
    case 'MAY':
      return 'a MAY, no MUST';
    case 'GUEST-OBLIGATION':
      return 'an obligation of guests';
    case 'FIRMWARE-CONVENTION':
      return 'a convention of firmware, no MUST';
  }
}

/** What lies beside the report of a failure. */
function shownBy(files: ReadonlyMap<string, string>, place: string, finding: Finding): string {
  const of = (name: string): string => files.get(`${place}/${name}`) ?? '';
  const script = of('reproduce.qtest');
  const isShort = script.trimEnd().split('\n').length <= SCRIPT_LINES_AT_MOST;
  return [
    finding.reproduced
      ? ''
      : paragraph('It did not come back when the steps were carried out once more, on a fresh machine.'),
    ...(hasSteps(of('scenario.txt'))
      ? ['These steps (`scenario.txt`) show it:\n', codeBlock(of('scenario.txt'), STEPS_AT_MOST)]
      : [
          'No step is needed: it shows when the target is started and a guest looks\n' +
            'which functions there are. So `scenario.txt` has no steps, and is run all the\n' +
            'same:\n',
        ]),
    commandBlock(of('command.txt')),
    script === ''
      ? ''
      : paragraph(
          `Without Barometer, reproduce.qtest does the same by the commands of QEMU's qtest; its comments say how it is started and which answer is the wrong one${isShort ? ':' : '.'}`,
        ),
    script !== '' && isShort ? codeBlock(script, STEPS_AT_MOST) : '',
    paragraph('trace.txt has every access and its answer.'),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** Remarks and empty lines are none. */
function hasSteps(scenario: string): boolean {
  return scenario.split('\n').some((line) => !/^\s*(?:#|$)/.test(line));
}

/** Where the same rule is broken in the same shape. */
function elsewhere(results: Results, { id }: Finding): string {
  const others = results.findings.filter(({ alike }) => alike === id);
  if (others.length === 0) return '';
  const shown = others.slice(0, OTHERS_AT_MOST);
  const rest = others.length - shown.length;
  return [
    paragraph('The same rule is broken in the same way elsewhere:'),
    ...shown.map(
      ({ id: other, register, function: bdf, kind }) =>
        `- ${other}: ${prose(register)}${kind === 'none' ? '' : ` of ${bdf} (${kind})`}\n`,
    ),
    ...(rest > 0 ? [`- and ${plural(rest, 'more', 'more')}\n`] : []),
  ].join('');
}

/** What a recorded trace, or a scenario of the user's own, has to say. */
function fromInput(results: Results, finding: Finding, again: string | undefined): string {
  const { line, index, rule } = finding;
  const file = fileOf(results, finding.input);
  if (results.target.kind !== 'trace') {
    const early =
      results.command === 'run'
        ? ''
        : paragraph('The run was ended before the steps that show it could be made shorter.');
    const command = again === undefined ? '' : `${paragraph('This command shows it:')}\n${commandBlock(again)}`;
    return [early, command].filter((text) => text !== '').join('\n');
  }
  if (file === undefined) return paragraph(`The trace was read from standard input; it is at line ${line}.`);
  const profile = results.inputs.find(({ name }) => name === finding.input)?.profile ?? null;
  const words = profile === null ? '' : ` --profile ${shellWord(profile)}`;
  const commands = [
    `barometer check ${fileWord(file)}${words} --only ${rule}`,
    `barometer state ${fileWord(file)}${words} --at ${index}`,
  ];
  return [
    paragraph(`The trace ${file} shows it at line ${line} (access or event ${index}, counted from 0).`),
    paragraph('The first command judges it again; the second shows what the model held just before.'),
    commandBlock(commands.join('\n')),
  ].join('\n');
}

function environment(results: Results, finding: Finding, input: Input | undefined): string {
  const rows: (readonly [string, string])[] = [
    ['tool', results.tool],
    ['target', results.target.kind === 'trace' ? 'a recorded trace' : finding.input],
    ['seed', results.seed ?? ''],
    ['trace', input === undefined || results.target.kind !== 'trace' ? '' : `${input.name}, ${input.format}`],
    ['sha256', input === undefined || results.target.kind !== 'trace' ? '' : input.sha256],
    ...Object.entries(input?.origin ?? {}),
    ['profile', input?.profile ?? ''],
    [
      'choices',
      Object.entries(input?.choices.inForce ?? {})
        .map((pair) => pair.join(': '))
        .join(', '),
    ],
    ['finding', finding.id],
  ];
  return rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `- ${prose(name)}: ${code(text)}\n`)
    .join('');
}
