/** The command line: which commands and options there are. What they do is in one file each, imported when called. */
import { Command, CommanderError, Option } from 'commander';
import type { AssignOptions } from './assign.ts';
import type { CheckOptions } from './check.ts';
import { collect, withGate, withTarget, withTargets } from './command-options.ts';
import type { SetStatus } from './command-options.ts';
import type { DiffOptions } from './diff.ts';
import { addCorpus } from './corpus/commands.ts';
import type { ExplainCommandOptions } from './explain.ts';
import type { ExtractOptions } from './extract.ts';
import { inertLines } from '../core/inert-text.ts';
import { TargetDied } from '../access/target-died.ts';
import type { EnumerateCommandOptions } from './enumerate.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { REPORT_TO, version } from './package.ts';
import { say } from './say.ts';
import type { ServeOptions } from './serve.ts';
import type { StateCommandOptions } from './state.ts';
import type { FuzzCommandOptions } from './fuzz.ts';
import type { MergeOptions } from './merge.ts';
import type { RunCommandOptions } from './run.ts';
import type { ShrinkCommandOptions } from './shrink.ts';
import type { WorkerCommandOptions } from './worker.ts';

const EXIT_STATUSES = `
Exit status:
  0    conforms, or only known findings
  1    a new finding of a MUST or UNDEFINED rule (--strict: of any
       strength, and profile entries not in order)
  2    usage, configuration or input error; nothing could be checked
  3    the target could not be started or never answered
  4    a bug in Barometer
  130  interrupted`;

/** Runs the program with the words of the command line and returns its exit status. Never throws. */
export async function runProgram(words: readonly string[]): Promise<number> {
  let status: number = EXIT.conforms;
  const program = makeProgram((result) => {
    status = result;
  });
  try {
    if (words.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.conforms : EXIT.usage;
    if (error instanceof UsageError) {
      say(error.message);
      return EXIT.usage;
    }
    // Who dies later has become a finding.
    if (error instanceof TargetDied) {
      const { stderr } = error.death;
      say(`barometer: ${error.message}${stderr === '' ? '' : `\n${stderr}`}`);
      return EXIT.target;
    }
    return reportBug(error);
  }
}

function reportBug(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  say(`barometer: this is a bug in Barometer: ${inertLines(message)}. Please report it to ${REPORT_TO}.`);
  if (process.env['BAROMETER_DEBUG'] !== undefined && error instanceof Error) say(error.stack ?? '');
  else say('Set BAROMETER_DEBUG=1 to see where it happened.');
  return EXIT.bug;
}

/** Commands and options; `setStatus` gets the exit status of the command that is carried out. */
export function makeProgram(setStatus: SetStatus): Command {
  const program = new Command('barometer')
    .description('Measures how faithfully a virtual machine monitor emulates PCI.')
    .version(version(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)')
    // It repeats words of the command line.
    .configureOutput({ outputError: (text, write) => write(inertLines(text)) });
  addAssign(program, setStatus);
  addCheck(program, setStatus);
  addConvert(program, setStatus);
  addCorpus(program, setStatus);
  addDiff(program, setStatus);
  addDoctor(program, setStatus);
  addEnumerate(program, setStatus);
  addExplain(program, setStatus);
  addExtract(program, setStatus);
  addFaults(program, setStatus);
  addRules(program, setStatus);
  addServe(program, setStatus);
  addState(program, setStatus);
  addStart(program, setStatus);
  addFuzz(program, setStatus);
  addMerge(program, setStatus);
  addWorker(program, setStatus);
  addRun(program, setStatus);
  addShrink(program, setStatus);
  return program;
}

function addAssign(program: Command, setStatus: SetStatus): void {
  program
    .command('assign')
    .description('plan addresses, windows and bus numbers for a device tree, or say why it cannot be')
    .argument('<devices>', 'devices and bridges in YAML, or a saved topology')
    .option('--steps <n>', 'places to try before it stays undecided (default: 100000)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit status:
  0    there is a plan
  1    no plan: a constraint cannot be met, or the steps did not suffice to find out
  2    usage or input error
  4    a bug in Barometer`,
    )
    .action(async (devices: string, options: AssignOptions) => {
      const { runAssign } = await import('./assign.ts');
      setStatus(await runAssign(devices, options));
    });
}

function addCheck(program: Command, setStatus: SetStatus): void {
  const command = program.command('check').description('replay recorded traces against the reference model');
  withGate(command)
    .argument(
      '<trace...>',
      'QEMU trace log, KVM ftrace text or barometer.trace/1, gzip or plain; - reads standard input',
    )
    .option('--profile <name|file>', 'what is stated about the target (default: profile.yaml beside a trace)')
    .option('--update-profile', 'add learned choices and new findings to the profile file')
    .addOption(
      new Option('--only <rule|area>', 'judge only these rules; give it again or use commas for more')
        .argParser(collect)
        .default([], 'all rules'),
    )
    .addOption(new Option('--skip <rule|area>', 'switch these rules off').argParser(collect).default([], 'none'))
    .option('--out <dir>', 'where the report goes (default: reports/check-<trace>-<hash>)')
    .option('--json', 'print results.json instead of text')
    .option('--quiet', 'print new findings only')
    .addHelpText('after', EXIT_STATUSES)
    .action(async (traces: string[], options: CheckOptions) => {
      const { runCheck } = await import('./check.ts');
      setStatus(await runCheck(traces, options));
    });
}

/** Options of the commands that write a report. */
function withReport(command: Command): Command {
  return withGate(command)
    .option(
      '--record <file>',
      'write what happened as a trace that check reads; of more machines FILE-2 and so on, of further lanes FILE-lane1',
    )
    .option('--update-profile', 'add learned choices and new findings to the profile file')
    .option('--out <dir>', 'where the report goes (default: reports/…)')
    .option('--json', 'print results.json instead of text')
    .option('--quiet', 'print new findings only')
    .addHelpText('after', EXIT_STATUSES);
}

function addDiff(program: Command, setStatus: SetStatus): void {
  program
    .command('diff')
    .description('compare two reports: findings that are new, gone or changed, and what was judged')
    .argument('<old>', 'the directory of a report, or its results.json')
    .argument('<new>', 'the same, of a later run')
    .option('--strict', 'new findings of any strength fail, and so do rules that are no longer exercised')
    .option('--json', 'print JSON (corpora/schema/diff.schema.json)')
    .addHelpText(
      'after',
      `
Exit status:
  0    nothing got worse
  1    a new finding of a MUST or UNDEFINED rule, or one that is no
       longer known (--strict: see there)
  2    usage error, or something that cannot be compared
  4    a bug in Barometer`,
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { runDiff } = await import('./diff.ts');
      setStatus(await runDiff(before, after, options));
    });
}

function addDoctor(program: Command, setStatus: SetStatus): void {
  program
    .command('doctor')
    .description('which targets this machine can drive, and which packages the others need')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { runDoctor } = await import('./doctor.ts');
      setStatus(runDoctor(options));
    });
}

function addEnumerate(program: Command, setStatus: SetStatus): void {
  const command = program
    .command('enumerate')
    .description('what a guest sees of a target: functions, sizes, addresses, capabilities, registers');
  withTarget(command)
    .option('--save <file>', 'write it as JSON, for a later --expect')
    .option('--expect <file>', 'fail where a guest sees something else than was saved')
    .option('--lspci', 'print it as lspci -vvv -xxxx would')
    .option('--json', 'print what --save would write')
    .addHelpText(
      'after',
      `
Exit status:
  0    enumerated, and as expected
  1    something is not as --expect says
  2    usage, configuration or input error
  3    the target could not be started or never answered
  4    a bug in Barometer`,
    )
    .action(async (options: EnumerateCommandOptions) => {
      const { runEnumerate } = await import('./enumerate.ts');
      setStatus(await runEnumerate(options));
    });
}

function addFuzz(program: Command, setStatus: SetStatus): void {
  const command = program
    .command('fuzz')
    .description('drive a target with programs by chance, in lockstep with the model');
  withReport(withTargets(command))
    .option('--seed <text>', 'any text; the same seed does the same', 'barometer')
    .option(
      '--accesses <n>',
      'accesses of programs; enumeration and looks come on top (default: 100000, or what --time allows)',
    )
    .option('--time <duration>', 'begin nothing new after so long: 90s, 20m, 8h')
    .option(
      '--workers <n>',
      'threads; the result is the same for any number (default: one a processor, fewer for targets outside this process)',
    )
    .option('--lanes <n>', 'parts of the campaign that do not look at each other (default: 16, fewer for few accesses)')
    .option('--shard <i/n>', 'only every n-th lane from the i-th on; merge puts the reports of all shards together')
    .option('--queue <url>', 'let workers on other machines play the lanes: redis://HOST:PORT')
    .option('--corpus <dir>', 'scenarios to begin with; what reaches something new is added to them')
    .option('--resume', 'go on with a campaign that was interrupted or killed')
    .option('--max-steps <n>', 'steps of one program (default: 100)')
    .option('--stop-after-findings <n>', 'end after so many new findings; 0: never', '0')
    .option('--shrink-runs <n>', 'runs that shrinking one finding may take', '300')
    .action(async (options: FuzzCommandOptions) => {
      const { runFuzz } = await import('./fuzz.ts');
      setStatus(await runFuzz(options));
    });
}

function addMerge(program: Command, setStatus: SetStatus): void {
  const command = program
    .command('merge')
    .description('put the shards of a campaign together: the report that one machine would have written');
  withGate(
    command,
    'every new finding fails, whatever its strength, and so do profile entries not in order and shards that disagree',
  )
    .argument('<dir...>', 'reports of fuzz --shard, of the same command but for the shard')
    .option('--out <dir>', 'where the report goes (default: reports/fuzz-…)')
    .option('--json', 'print results.json instead of text')
    .option('--quiet', 'print new findings only')
    .addHelpText('after', EXIT_STATUSES)
    .action(async (directories: string[], options: MergeOptions) => {
      const { runMerge } = await import('./merge.ts');
      setStatus(await runMerge(directories, options));
    });
}

function addWorker(program: Command, setStatus: SetStatus): void {
  program
    .command('worker')
    .description('play lanes of the campaigns that fuzz --queue offers')
    .requiredOption('--queue <url>', 'where they are offered: redis://HOST:PORT')
    .requiredOption('--target <target>', 'the target, as fuzz was given it; a worker starts no other')
    .option('--workers <n>', 'lanes at a time', '1')
    .option('--until-empty', 'end when no lane is left to be taken')
    .addHelpText('after', EXIT_STATUSES)
    .action(async (options: WorkerCommandOptions) => {
      const { runWorker } = await import('./worker.ts');
      setStatus(await runWorker(options));
    });
}

function addRun(program: Command, setStatus: SetStatus): void {
  const command = program.command('run').description('run scenarios on a target, in lockstep with the model');
  withReport(
    withTargets(command.argument('<scenario...>', 'files of steps, or folders of them; see docs/scenarios.md')),
  ).action(async (paths: string[], options: RunCommandOptions) => {
    const { runScenarios } = await import('./run.ts');
    setStatus(await runScenarios(paths, options));
  });
}

function addShrink(program: Command, setStatus: SetStatus): void {
  const command = program.command('shrink').description('the shortest scenario that still breaks the same rule');
  withTarget(command.argument('<scenario>', 'a file of steps that breaks a rule'))
    .option('--rule <id>', 'the rule that must break (default: the first that does)')
    .option('--runs <n>', 'runs that it may take', '1000')
    .action(async (file: string, options: ShrinkCommandOptions) => {
      const { runShrink } = await import('./shrink.ts');
      setStatus(await runShrink(file, options));
    });
}

function addConvert(program: Command, setStatus: SetStatus): void {
  program
    .command('convert')
    .description("turn a trace of any format into Barometer's own text form")
    .argument('<in>', 'the trace; - reads standard input')
    .argument('<out>', 'the file to write, compressed if its name ends in .gz; - writes standard output')
    .option('--profile <name|file>', 'its machine section puts addresses right and goes into the header')
    .action(async (from: string, to: string, options: { profile?: string }) => {
      const { runConvert } = await import('./convert.ts');
      setStatus(await runConvert(from, to, options));
    });
}

function addExplain(program: Command, setStatus: SetStatus): void {
  program
    .command('explain')
    .description('a trace in words: each access with its function, register, fields and what it means')
    .argument('<trace>', 'a trace as for check; - reads standard input')
    .option('--function <bdf>', 'only what concerns this function, written bb:dd.f')
    .option('--from <n>', 'from the access or event with this index on, as in results.json')
    .option('--to <n>', 'up to the one with this index')
    .option('--raw', 'one line for each access and event, nothing folded')
    .option('--json', 'one JSON object a line for each access and event')
    .option('--profile <name|file>', 'what is stated about the target (default: profile.yaml beside the trace)')
    .addHelpText(
      'after',
      `
Exit status:
  0    the trace was read to its end, whatever it breaks
  2    usage or input error; what came before is shown
  4    a bug in Barometer`,
    )
    .action(async (trace: string, options: ExplainCommandOptions) => {
      const { runExplain } = await import('./explain.ts');
      setStatus(await runExplain(trace, options));
    });
}

function addExtract(program: Command, setStatus: SetStatus): void {
  program
    .command('extract')
    .description('turn what the guest of a trace did to each function into scenarios that run on any target')
    .argument('<trace...>', 'traces of any format')
    .requiredOption('--out <dir>', 'the folder for the scenarios, one a function')
    .option('--profile <name|file>', 'the profile of the traces (default: the one beside each)')
    .action(async (traces: string[], options: ExtractOptions) => {
      const { runExtract } = await import('./extract.ts');
      setStatus(await runExtract(traces, options));
    });
}

function addFaults(program: Command, setStatus: SetStatus): void {
  program
    .command('faults')
    .description('the deliberate bugs that can be switched on in the emulated target: all, or one of them')
    .argument('[id]')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      const { runFaults } = await import('./faults.ts');
      setStatus(runFaults(id, options));
    });
}

function addRules(program: Command, setStatus: SetStatus): void {
  program
    .command('rules')
    .description('the rule catalogue: all rules, one rule (BAR-003), or an area (BAR)')
    .argument('[id|area]')
    .option('--coverage', 'which rules are implemented, and which no trace can show')
    .option('--json', 'print JSON')
    .action(async (selection: string | undefined, options: { coverage?: boolean; json?: boolean }) => {
      const { runRules } = await import('./rules.ts');
      setStatus(runRules(selection, options));
    });
}

function addServe(program: Command, setStatus: SetStatus): void {
  program
    .command('serve')
    .description('answer the target protocol for a target, on standard input and output or a socket')
    .argument('<target>', 'emulated, or emulated:FAULT[,FAULT] with deliberate bugs')
    .option('--layout <file>', 'what the machine is built from: YAML, or random:SEED (default: a layout of its own)')
    .option('--socket <path>', 'connect to this Unix socket, on which the harness listens')
    .addHelpText(
      'after',
      `
Exit status:
  0    the other side has ended
  2    usage or input error, or the socket cannot be had
  4    a bug in Barometer
  130  interrupted`,
    )
    .action(async (target: string, options: ServeOptions) => {
      const { runServe } = await import('./serve.ts');
      setStatus(await runServe(target, options));
    });
}

function addState(program: Command, setStatus: SetStatus): void {
  program
    .command('state')
    .description('what the model holds at one moment of a trace: functions, addresses, bridges, interrupts')
    .argument('<trace>', 'a trace as for check; - reads standard input')
    .option('--at <n>', 'before the access or event with this index, as in results.json (default: the end)')
    .option('--profile <name|file>', 'what is stated about the target (default: profile.yaml beside the trace)')
    .option('--lspci', 'print it as lspci -vvv -xxxx would, as far as it is known')
    .option('--json', 'print JSON')
    .action(async (trace: string, options: StateCommandOptions) => {
      const { runState } = await import('./state.ts');
      setStatus(await runState(trace, options));
    });
}

function addStart(program: Command, setStatus: SetStatus): void {
  program
    .command('start')
    .description('check the traces that come with Barometer (what npm start does)')
    .option('--out <dir>', 'where the report goes', 'reports/start')
    .addHelpText('after', EXIT_STATUSES)
    .action(async (options: { out: string }) => {
      const { runStart } = await import('./start.ts');
      setStatus(await runStart(options));
    });
}
