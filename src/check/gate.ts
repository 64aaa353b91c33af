import { ruleById } from '../spec/rules.ts';
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

/** Whether a finding makes a run fail. */
export function gates(finding: JudgedFinding, options: GateOptions): boolean {
  if (finding.known) return false;
  const strength = ruleById(finding.rule)?.strength;
  return options.strict || strength === 'MUST' || strength === 'UNDEFINED';
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

/**
 * Exit status of a run over several traces: 1 if anything new diverged, else 2 if a trace could not be read in full
 * or nothing in it could be decoded, else 0.
 */
export function runStatus(
  reports: readonly TraceReport[],
  complaints: readonly ProfileComplaint[],
  options: GateOptions,
): 0 | 1 | 2 {
  if (reports.some((report) => report.findings.some((finding) => gates(finding, options)))) return 1;
  if (reports.some((report) => !readInFull(report) || !decodedAnything(report))) return 2;
  return options.strict && complaints.length > 0 ? 1 : 0;
}
