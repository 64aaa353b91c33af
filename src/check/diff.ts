/** What is different between two results: findings, coverage, totals. */
import type { Diff } from './diff-schema.ts';
import { gates } from './gate.ts';
import type { Results } from './results-schema.ts';

type Finding = Results['findings'][number];

/** `strict`: findings of any strength gate. Ordered by identity, as results are. */
export function diffResults(before: Results, after: Results, strict: boolean): Diff {
  const earlier = new Map(before.findings.map((finding) => [finding.id, finding]));
  const later = new Map(after.findings.map((finding) => [finding.id, finding]));
  const both = after.findings.flatMap((finding): [Finding, Finding][] => {
    const old = earlier.get(finding.id);
    return old === undefined ? [] : [[old, finding]];
  });
  const fresh = after.findings.filter(({ id }) => !earlier.has(id));
  // What was accepted, and is no longer, is new to whoever reads the verdict.
  const reopened = both.filter(([old, now]) => old.known && !now.known).map(([, now]) => now);
  return {
    schema: 'barometer.diff/1',
    old: runOf(before),
    new: runOf(after),
    remarks: remarks(before, after),
    findings: {
      new: fresh,
      gone: before.findings.filter(({ id }) => !later.has(id)),
      changed: both.flatMap(([old, now]) => changed(old, now)),
    },
    rules: { gained: onlyIn(after, before), lost: onlyIn(before, after) },
    totals: totals(before, after),
    gating: [...fresh, ...reopened]
      .filter((finding) => gates(finding, strict))
      .map(({ id }) => id)
      .toSorted(),
  };
}

function runOf({ tool, command, target, seed, inputs }: Results): Diff['old'] {
  return { tool, command, target: target.kind, seed, inputs: inputs.map(({ name, sha256 }) => ({ name, sha256 })) };
}

function changed(old: Finding, now: Finding): Diff['findings']['changed'] {
  const { id, rule, strength, title, kind, register, shape } = now;
  const pair = <T>(was: T, is: T): { old: T; new: T } | null => (was === is ? null : { old: was, new: is });
  const differences = {
    count: pair(old.count, now.count),
    known: pair(old.known, now.known),
    reproduced: pair(old.reproduced, now.reproduced),
  };
  const isSame = Object.values(differences).every((one) => one === null);
  return isSame ? [] : [{ id, rule, strength, title, kind, register, shape, ...differences }];
}

function onlyIn(one: Results, other: Results): string[] {
  const exercised = (results: Results): string[] =>
    results.rules.filter((rule) => rule.exercised > 0).map(({ id }) => id);
  const theirs = new Set(exercised(other));
  return exercised(one).filter((id) => !theirs.has(id));
}

function totals(before: Results, after: Results): Diff['totals'] {
  const all = ({ totals: sums, campaign }: Results): Record<string, number> => ({
    ...sums,
    ...(campaign === undefined ? {} : { features: campaign.features }),
  });
  const old = all(before);
  const now = all(after);
  return Object.keys({ ...old, ...now }).flatMap((name) => {
    const pair = { old: old[name] ?? 0, new: now[name] ?? 0 };
    return pair.old === pair.new ? [] : [{ name, ...pair }];
  });
}

/** Whoever compares runs of different things should know. */
function remarks(before: Results, after: Results): string[] {
  const said: string[] = [];
  const say = (what: string, old: string, now: string): void => {
    if (old !== now) said.push(`The ${what} is another one: ${old} before, ${now} now.`);
  };
  say('tool', before.tool, after.tool);
  say('command', before.command, after.command);
  say('kind of target', before.target.kind, after.target.kind);
  say('seed', before.seed ?? 'none', after.seed ?? 'none');
  say('number of lanes', String(before.campaign?.lanes ?? 'none'), String(after.campaign?.lanes ?? 'none'));
  say('shard', before.campaign?.shard ?? 'none', after.campaign?.shard ?? 'none');
  const old = new Map(before.inputs.map((input) => [input.name, input]));
  const now = new Map(after.inputs.map((input) => [input.name, input]));
  for (const [name, { sha256, profile, complete }] of now) {
    const was = old.get(name);
    if (was === undefined) said.push(`Only the new run has the input ${name}.`);
    else if (was.sha256 !== sha256) said.push(`The input ${name} is not the same as before.`);
    if (was !== undefined && was.profile !== profile)
      said.push(`The profile of ${name} is another one: ${was.profile ?? 'none'} before, ${profile ?? 'none'} now.`);
    if (!complete) said.push(`The new run did not read ${name} to its end.`);
  }
  for (const [name, { complete }] of old) {
    if (!now.has(name)) said.push(`Only the old run has the input ${name}.`);
    if (!complete) said.push(`The old run did not read ${name} to its end.`);
  }
  for (const [word, { campaign }] of [['old', before] as const, ['new', after] as const])
    if (campaign?.complete === false) said.push(`The ${word} campaign had not come to its end.`);
  return said;
}
