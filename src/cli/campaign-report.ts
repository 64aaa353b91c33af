/** What `fuzz` and `merge` end with: campaigns, one a target, as one report. */
import type { CurvePoint } from '../campaign/curve.ts';
import type { Outcome } from '../campaign/outcome.ts';
import { planKey } from '../campaign/plan.ts';
import type { Plan, Shard } from '../campaign/plan.ts';
import type { Failure } from '../campaign/reduce.ts';
import { PROGRAM_STEPS } from '../campaign/strategy.ts';
import { compare } from '../check/comparison/comparison.ts';
import type { ScenarioRun } from '../check/comparison/comparison.ts';
import type { Profile } from '../check/profile.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { hash8 } from '../core/hash.ts';
import { traceSummary } from '../report/summary-text.ts';
import type { PageCurve } from '../report/html/page-data.ts';
import type { Paint } from '../report/paint.ts';
import { failureFiles, failureText } from './failure-files.ts';
import { finishRun } from './finish-run.ts';
import type { FinishedRun } from './finish-run.ts';
import { fileWord, kindOf } from './lockstep-options.ts';
import { shellWord } from '../report/shell-word.ts';
import { print } from './say.ts';

/** The campaign of one target. */
export interface CampaignSide {
  plan: Plan;
  /** `#1`, its place on the command line; empty: it is the only one. */
  label: string;
  outcome: Outcome;
  failures: readonly Failure[];
  milliseconds: number;
}

export interface CampaignReport extends Pick<FinishedRun, 'gate' | 'objections' | 'out' | 'style' | 'written'> {
  paint: Paint;
  sides: readonly CampaignSide[];
  shard: Shard | undefined;
  complete: boolean;
  /** Of several targets: what each found, on all. */
  sideBySide?: { runs: readonly ScenarioRun[]; sweepAccesses: number };
}

/** `reports/fuzz-TARGET-HASH`: where the report of a campaign goes if nobody says where. Plans without their corpus. */
export function defaultOut(plans: readonly Plan[], shard: Shard | undefined): string {
  const targets = fileWord(plans.map(({ target }) => target).join('-and-'));
  const part = shard === undefined ? '' : `-shard-${shard.number}-of-${shard.of}`;
  return `reports/fuzz-${targets}-${hash8(plans.map(planKey).join(' '))}${part}`;
}

export function titleOf({ plan, label }: Pick<CampaignSide, 'plan' | 'label'>): string {
  return label === '' ? plan.target : `${label} ${plan.target}`;
}

/** Writes the report of a campaign, prints what there is to say, and returns the exit status and the reports by side. */
export async function reportCampaign(run: CampaignReport): Promise<{ status: number; reports: TraceReport[] }> {
  const { sides, shard, complete, sideBySide, style, paint } = run;
  const reports = sides.map((side) => side.outcome.tally.report(titleOf(side), planKey(side.plan)));
  const places = placesOf(sides);
  for (const [index, side] of sides.entries()) {
    if (style !== 'text') break;
    print(traceSummary(reports[index]!, paint));
    for (const failure of side.failures) print(failureText(failure));
  }
  const sum = (of: (side: CampaignSide) => number): number => sides.reduce((total, side) => total + of(side), 0);
  const [first] = sides;
  const compared = sides.map(({ label, plan }, index) => ({ label, name: plan.target, reports: [reports[index]!] }));
  const status = await finishRun({
    ...run,
    command: 'fuzz',
    reports,
    profiles: profilesOf(sides),
    timing: Object.fromEntries(sides.map((side) => [titleOf(side), side.milliseconds])),
    curves: sides.map((side) => curveOf(titleOf(side), side.outcome.curve.points())),
    again: () => campaignCommand(sides, shard),
    live: {
      target: [...new Set(sides.map(({ plan }) => kindOf(plan.target)))].join(', '),
      seed: first!.plan.seed,
      sweepAccesses: sum(({ outcome }) => outcome.sweepAccesses) + (sideBySide?.sweepAccesses ?? 0),
      failures: describeFailures(places),
      campaign: {
        lanes: first!.plan.lanes,
        shard: shard === undefined ? null : `${shard.number}/${shard.of}`,
        rounds: sum(({ outcome }) => outcome.rounds),
        features: sum(({ outcome }) => outcome.features.size),
        kept: sum(({ outcome }) => outcome.kept.length),
        seeds: sum(({ outcome }) => outcome.seeds),
        unbound: sum(({ outcome }) => outcome.unbound),
        complete,
      },
      ...(sideBySide === undefined ? {} : { comparison: compare(compared, sideBySide.runs) }),
    },
    recordings: sides.flatMap(({ plan }, index) =>
      [...places[index]!].map(([name, { scenario, trace }]) => {
        return { name, scenario, trace, choices: plan.profile?.choices };
      }),
    ),
    files: new Map(
      sides.flatMap(({ plan }, index) => [...failureFiles(places[index]!, plan.target, plan.layout?.name)]),
    ),
  });
  return { status, reports };
}

/** For a page. What stayed 0, as features do where nobody looks at them, is left out. */
function curveOf(name: string, points: readonly CurvePoint[]): PageCurve {
  const series = (['rules exercised', 'features reached', 'new findings'] as const).map((of) => {
    return { name: of, values: points.map(({ counts }) => counts[of]) };
  });
  const told = series.filter(({ name: of, values }) => of !== 'features reached' || values.some((value) => value > 0));
  return { name, accesses: points.map(({ accesses }) => accesses), series: told };
}

/** The words that begin the campaign again; without a budget of accesses it ended by the clock, which is not said. */
function campaignCommand(sides: readonly CampaignSide[], shard: Shard | undefined): string {
  const { seed, lanes, accesses, layout, maxSteps, skip, stopAfterFindings } = sides[0]!.plan;
  const words = [
    ...sides.flatMap(({ plan }) => ['--target', plan.target]),
    ...(profilesOf(sides).length === 0 ? [] : sides.flatMap(({ plan }) => ['--profile', plan.profile?.name ?? 'none'])),
    ...(layout === null ? [] : ['--layout', layout.name]),
    '--seed',
    seed,
    '--lanes',
    String(lanes),
    ...(accesses === null ? [] : ['--accesses', String(accesses)]),
    ...(maxSteps === PROGRAM_STEPS ? [] : ['--max-steps', String(maxSteps)]),
    ...(stopAfterFindings === 0 ? [] : ['--stop-after-findings', String(stopAfterFindings)]),
    ...(skip.length === 0 ? [] : ['--skip', skip.join(',')]),
    ...(shard === undefined ? [] : ['--shard', `${shard.number}/${shard.of}`]),
  ];
  return ['barometer fuzz', ...words.map(shellWord)].join(' ');
}

function profilesOf(sides: readonly CampaignSide[]): Profile[] {
  const profiles = sides.flatMap(({ plan }) => (plan.profile === null ? [] : [plan.profile]));
  return [...new Map(profiles.map((profile) => [profile.name, profile])).values()];
}

/** Of each target the failures by their directories: of a finding that several have, the first has its name. */
function placesOf(sides: readonly CampaignSide[]): Map<string, Failure>[] {
  const taken = new Set<string>();
  return sides.map(({ failures, label }) => {
    const mine = failures.map((failure): [string, Failure] => {
      const place = `failures/${failure.finding.id}`;
      return [taken.has(place) ? `${place}-on-${label.slice(1)}` : place, failure];
    });
    for (const [place] of mine) taken.add(place);
    return new Map(mine);
  });
}

/** For the results document, which tells of one failure a finding. */
function describeFailures(
  places: readonly ReadonlyMap<string, Failure>[],
): Map<string, { failure: string; steps: number; reproduced: boolean }> {
  const all = places.flatMap((mine) => [...mine]);
  // Of several the first is kept, which has the plain name.
  return new Map(
    all.toReversed().map(([failure, { finding, program, reproduced }]) => {
      return [finding.id, { failure, steps: program.length >>> 3, reproduced }];
    }),
  );
}
