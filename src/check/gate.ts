import { ruleById } from '../spec/rules.ts';
import type { Rule } from '../spec/rules.ts';
import { accepts, entryName } from './known-findings.ts';
import type { KnownFinding, Profile } from './profile.ts';
import type { JudgedFinding, TraceReport } from './trace-report.ts';
import { decodedAnything, readInFull } from './trace-report.ts';

/** What decides whether a run passes. */
export interface GateOptions {
  /** Findings of any strength gate, and so do entries of a profile that are not in order. */
  strict: boolean;
  /** `YYYY-MM-DD`: entries whose `until` lies before it have expired. Absent: no entry expires. */
  today?: string;
  /** Rules that were not judged, so that nothing can be missed of them. */
  skip?: ReadonlySet<string>;
}

/** What `--strict` finds wrong with the `known` section of a profile. */
export interface ProfileComplaint {
  profile: string;
  line: number;
  /** Identity of the finding, or rule and parts of those that the entry accepts. */
  id: string;
  what: 'did not occur' | 'has no reason' | 'has expired';
}

/** What speaks against a run, beside findings and the profile. */
export interface Objection {
  /**
   * unbound: a scenario has no place on its target; differing: the target did not do the same twice; undecoded: nothing of a
   * trace could be judged; unsaved: something could not be written; interrupted: somebody ended the run.
   */
  kind: 'unbound' | 'differing' | 'undecoded' | 'unsaved' | 'interrupted';
  /** The scenario or the trace as reports call it, the lane, or the place. */
  where: string;
  /** What is the matter, as a sentence goes on behind `where`. */
  what: string;
}

/** What a run came to. It is decided once, before anything is told, so that all that is told of it agrees. */
export interface Verdict {
  /** The exit status: 0 conforms, 1 diverges, 2 not everything could be judged or written, 130 interrupted. */
  status: 0 | 1 | 2 | 130;
  /** Identities of the findings that make the run fail, in order. */
  gating: readonly string[];
  complaints: readonly ProfileComplaint[];
  objections: readonly (Objection & { fails: boolean })[];
}

/** Judges a run over several traces. `profiles`: those that were in force, each once. */
export function judge(
  reports: readonly TraceReport[],
  profiles: readonly Profile[],
  objections: readonly Objection[],
  options: GateOptions,
): Verdict {
  const { strict } = options;
  const complaints = strict ? profiles.flatMap((profile) => profileComplaints(profile, reports, options)) : [];
  const failing = reports.flatMap((report) => report.findings.filter((finding) => gates(finding, strict)));
  const all = [
    ...objections,
    ...reports.filter((report) => readInFull(report) && !decodedAnything(report)).map(undecoded),
  ];
  const weights = all.map(({ kind }): Verdict['status'] => {
    if (kind === 'interrupted') return 130;
    if (kind === 'undecoded' || kind === 'unsaved' || reports.length === 0) return 2;
    return strict ? 1 : 0;
  });
  const isShort = reports.length === 0 || !reports.every(readInFull) || weights.includes(2);
  const status = failing.length > 0 ? 1 : isShort ? 2 : complaints.length > 0 || weights.includes(1) ? 1 : 0;
  return {
    status: weights.includes(130) ? 130 : status,
    gating: [...new Set(failing.map(({ id }) => id))].toSorted(),
    complaints,
    objections: all.map((one, index) => ({ ...one, fails: weights[index] !== 0 })),
  };
}

/** Of a trace that was read and of which nothing could be judged. */
function undecoded({ name, accesses }: TraceReport): Objection {
  const what =
    accesses === 0
      ? 'no access was found in it, so nothing was checked.'
      : `none of its ${accesses} accesses could be decoded, so nothing was checked; state where the machine has its ECAM, ` +
        "RAM and apertures in a profile's machine section.";
  return { kind: 'undecoded', where: name, what };
}

/** A verdict in one word. */
export function verdictWord({
  status,
  gating,
}: Pick<Verdict, 'status' | 'gating'>): 'conforms' | 'diverges' | 'incomplete' | 'interrupted' {
  if (status === 0) return 'conforms';
  if (status === 1 || gating.length > 0) return 'diverges';
  return status === 2 ? 'incomplete' : 'interrupted';
}

/** Whether a finding makes a run fail. That of a document has its strength, which an older catalogue may have given it. */
export function gates(
  finding: Pick<JudgedFinding, 'known' | 'rule'> & { strength?: Rule['strength'] },
  strict: boolean,
): boolean {
  const { known, rule, strength = ruleById(rule)?.strength } = finding;
  if (known) return false;
  return strict || strength === 'MUST' || strength === 'UNDEFINED';
}

/**
 * Entries of a profile that are no longer in order, over all traces that were checked with it. A trace that was not
 * read to its end may have lost the occurrence, so then no entry is said not to occur.
 */
export function profileComplaints(
  profile: Profile,
  reports: readonly TraceReport[],
  options: GateOptions,
): ProfileComplaint[] {
  const mine = reports.filter((report) => report.profile === profile.name);
  const findings = mine.flatMap((report) => report.findings);
  const complete = mine.every(readInFull);
  const complaint = (entry: KnownFinding, what: ProfileComplaint['what']): ProfileComplaint => {
    return { profile: profile.name, line: entry.line, id: entryName(entry), what };
  };
  return profile.known.flatMap((entry) => [
    ...(complete && options.skip?.has(entry.rule) !== true && !findings.some((finding) => accepts(entry, finding))
      ? [complaint(entry, 'did not occur')]
      : []),
    ...(entry.reason.trim() === '' ? [complaint(entry, 'has no reason')] : []),
    ...(options.today !== undefined && entry.until !== '' && entry.until < options.today
      ? [complaint(entry, 'has expired')]
      : []),
  ]);
}
