/** `barometer fuzz --target T` */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { TargetDied } from '../access/target-died.ts';
import { runCampaign } from '../campaign/campaign.ts';
import type { CampaignEnd } from '../campaign/campaign.ts';
import { PLAN_FORMAT } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import { END_NOW, END_SOON } from '../campaign/players/player.ts';
import { sideBySide } from '../campaign/side-by-side.ts';
import type { SideBySide } from '../campaign/side-by-side.ts';
import type { Objection } from '../check/gate.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { inTurns } from '../core/generators.ts';
import { describeSystemError } from '../core/system-error.ts';
import { findingTexts } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { plural } from '../report/wrap.ts';
import { addKept, refuseInside, refuseQueued, seedsIn } from './campaign-corpus.ts';
import { CampaignHome } from './campaign-home.ts';
import { defaultOut, reportCampaign, titleOf } from './campaign-report.ts';
import type { CampaignSide } from './campaign-report.ts';
import { Status } from './campaign-status.ts';
import { UsageError } from './exit-status.ts';
import { refuseForeignDirectory } from './finish-run.ts';
import { campaignOptions } from './fuzz-options.ts';
import type { CampaignSettings, CampaignWords } from './fuzz-options.ts';
import { gateOptions } from './gate-options.ts';
import type { GateWords } from './gate-options.ts';
import { kindOf } from './lockstep-options.ts';
import { toolName } from './package.ts';
import { playByQueue } from './play-by-queue.ts';
import { Progress } from './progress.ts';
import { traceFiles } from './record-traces.ts';
import { prepareAll } from './several-targets.ts';
import type { PreparedTarget, SeveralTargetOptions } from './several-targets.ts';
import { updateProfiles } from './update-profiles.ts';
import { print } from './say.ts';

export interface FuzzCommandOptions extends SeveralTargetOptions, CampaignWords, GateWords {
  queue?: string;
  record?: string;
  resume?: boolean;
  corpus?: string;
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

/** A target with what its campaign has come to. */
interface Side extends CampaignSide, Pick<PreparedTarget, 'trial' | 'profile' | 'place'> {
  tally: CampaignSide['outcome']['tally'];
  onFinding(finding: JudgedFinding): void;
}

/** Why a campaign that was not interrupted has ended, where that is not plain. */
const ENDS: Readonly<Record<CampaignEnd, string>> = {
  accesses: '',
  findings: 'ended by --stop-after-findings',
  time: 'ended by --time',
  interrupted: 'interrupted',
  'nothing left': 'ended early: there is nothing left to do on this target',
};

export async function runFuzz(options: FuzzCommandOptions): Promise<number> {
  const campaign = campaignOptions(options);
  const { shard, time } = campaign;
  const targets = await prepareAll('fuzz', options);
  const gate = gateOptions('fuzz', options, targets[0]!.trial.skip);
  refuseTogether(options, campaign);
  const workers = targets.map((target) => workersFor(options, campaign.workers, target));
  // Feedback finds faults later, not sooner, as it is (bench/README.md, guidance).
  const bare = targets.map((target): Plan => planOf(target, { ...campaign.plan, guided: false, corpus: null }));
  const out = options.out ?? defaultOut(bare, shard);
  await refuseForeignDirectory(out);
  if (options.corpus !== undefined) refuseInside(options.corpus, out);
  const corpus = options.corpus === undefined ? null : seedsIn(options.corpus);
  const asked = bare.map((plan): Plan => ({ ...plan, corpus }));
  const home = CampaignHome.open(out, asked, options.resume === true);
  const { plans } = home;
  const objections: Objection[] = [];

  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const progress = new Progress(process.stderr, options.quiet === true);
  progress.line(`seed ${campaign.plan.seed}`);
  const traces = traceFiles(options.record, targets.length);
  const patience = new Int32Array(new SharedArrayBuffer(8));
  const isInterrupted = (): boolean => Atomics.load(patience, 0) > 0;
  const interrupt = (): void => {
    progress.line(
      isInterrupted() ? 'ending at once' : 'ending when the machines at work are done; again to end at once',
    );
    Atomics.store(patience, 0, isInterrupted() ? END_NOW : END_SOON);
  };
  process.on('SIGINT', interrupt);
  try {
    const sides: Side[] = [];
    const ends: CampaignEnd[] = [];
    if (options.queue !== undefined) {
      refuseQueued(plans[0]!, options.corpus ?? '');
      const say = (text: string): void => progress.line(text);
      const waiting = { say, stopped: isInterrupted };
      objections.push(...(await playByQueue(options.queue, plans[0]!, home.directories[0]!, waiting)));
    }
    for (const [index, target] of targets.entries()) {
      const plan = plans[index]!;
      const title = titleOf({ plan, label: target.label });
      const textOf = findingTexts(title, paint);
      const onFinding = (finding: JudgedFinding): void => {
        progress.clear();
        if (style !== 'json') print(textOf(finding));
      };
      const files = traces[index];
      const directory = home.directories[index]!;
      const status = new Status(progress, targets.length > 1 ? title : '', join(directory.path, 'stats.jsonl'));
      const { outcome, failures, end } = await runCampaign({
        plan,
        shard,
        directory,
        workers: workers[index]!,
        time,
        reproduce: kindOf(target.name) !== 'emulated',
        patience,
        onFinding,
        onStatus: (news) => status.tell(news),
        ...(files === undefined ? {} : { onTrace: (trace, lane, machine) => files.write(trace, machine, lane) }),
      });
      ends.push(end);
      const { milliseconds } = status;
      const { tally } = outcome;
      sides.push({ ...target, plan, outcome, tally, failures, milliseconds, onFinding });
    }
    let compared: SideBySide | undefined;
    if (sides.length > 1) {
      progress.update('what was found, on all targets');
      compared = await inTurns(sideBySide(sides, isInterrupted));
    }
    progress.clear();
    const news: string[] = [];
    for (const side of options.corpus === undefined ? [] : sides) {
      const { said, problem } = await corpusNews(options.corpus!, side);
      news.push(said);
      if (problem !== undefined)
        objections.push({ kind: 'unsaved', where: `--corpus ${options.corpus}`, what: problem });
    }
    if (isInterrupted())
      objections.push({
        kind: 'interrupted',
        where: 'the campaign',
        what: 'it was interrupted; --resume goes on with it.',
      });
    const { status, reports } = await reportCampaign({
      sides,
      shard,
      complete: ends.every((end) => end !== 'time' && end !== 'interrupted'),
      ...(compared === undefined ? {} : { sideBySide: compared }),
      gate,
      objections,
      out,
      style,
      paint,
      written: () => home.settle(),
    });
    if (options.updateProfile === true) {
      const updated = targets.map(({ title, place }) => ({ trace: title, place }));
      await updateProfiles(updated, reports, progress);
    }
    for (const files of traces) progress.line(`recorded ${plural(await files.end(), 'machine')}: ${files.file}`);
    for (const line of news) progress.line(line);
    for (const end of new Set(ends)) if (ENDS[end] !== '') progress.line(ENDS[end]);
    progress.line(`seed ${campaign.plan.seed}, report: ${out}`);
    return status;
  } catch (error) {
    progress.clear();
    if (!isOfFiles(error)) throw error;
    throw new UsageError(
      `barometer fuzz: ${home.path}: ${describeSystemError(error)} All rounds that were over are kept; --resume goes on with them.`,
    );
  } finally {
    process.removeListener('SIGINT', interrupt);
    home.close();
  }
}

/** Adds to the corpus what was new, and says what came of it. */
async function corpusNews(directory: string, side: Side): Promise<{ said: string; problem?: string }> {
  const { plan, outcome } = side;
  const { seeds, unbound } = outcome;
  const unfit = unbound === 0 ? '' : `, of which the target has no place for ${unbound}`;
  const all = plan.corpus?.length ?? 0;
  const played = `corpus ${directory}: ${seeds === all ? '' : `${seeds} of `}${plural(all, 'entry', 'entries')} played${unfit}`;
  try {
    const added = await addKept(directory, side, `${titleOf(side)}, seed ${plan.seed}`);
    return { said: `${played}; ${plural(added, 'new entry', 'new entries')}` };
  } catch (error) {
    if (error instanceof UsageError) return { said: `${played}\n${error.message}`, problem: error.message };
    if (!(error instanceof TargetDied)) throw error;
    const problem = 'none is added, as the target does not start any more';
    return { said: `${played}; ${problem}`, problem: `${problem}.` };
  }
}

/** Whether the system refused to write, and not to start a target. */
function isOfFiles(error: unknown): boolean {
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  return code !== undefined && ['open', 'write', 'fdatasync', 'fsync', 'rename'].includes(syscall);
}

/** What a campaign over several machines cannot have. */
function refuseTogether(options: FuzzCommandOptions, { shard, time, plan }: CampaignSettings): void {
  const word = options.queue !== undefined ? '--queue' : shard !== undefined ? '--shard' : undefined;
  if (word === undefined) return;
  const refuse = (why: string): never => {
    throw new UsageError(`barometer fuzz: ${word}: ${why}`);
  };
  if (options.target.length > 1) refuse('a campaign over several machines has one target.');
  if (options.queue === undefined) return;
  if (shard !== undefined) refuse('--shard is another way to divide a campaign.');
  if (time !== undefined || plan.accesses === null)
    refuse('a lane that others play needs a budget: --accesses, not --time.');
  if (options.record !== undefined) refuse('--record: the machines are on other computers.');
}

function planOf(target: PreparedTarget, common: CampaignSettings['plan'] & Pick<Plan, 'guided' | 'corpus'>): Plan {
  const { name, profile, layout, description, timeout, trial } = target;
  return {
    format: PLAN_FORMAT,
    tool: toolName(),
    target: name,
    description,
    layout: layout ?? null,
    timeout,
    profile: profile ?? null,
    skip: [...(trial.skip ?? [])].toSorted(),
    ...common,
  };
}

/** As many as were asked for; else a processor each, of which a target in another process needs one, too. */
function workersFor(options: FuzzCommandOptions, asked: number | undefined, { name }: PreparedTarget): number {
  const kind = kindOf(name);
  if (kind === 'unix') {
    if ((asked ?? 1) > 1 && options.target.length === 1)
      throw new UsageError(
        `barometer fuzz: --workers: ${name} is one socket, on which one machine at a time connects.`,
      );
    return 1;
  }
  const processors = availableParallelism();
  return asked ?? Math.max(1, kind === 'emulated' ? processors : Math.floor(processors / 2));
}
