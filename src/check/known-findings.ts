import { kindOfFunction } from './finding.ts';
import type { Finding } from './finding.ts';
import type { KnownFinding } from './profile.ts';
import type { JudgedFinding } from './trace-report.ts';

/** Whether an entry of a profile accepts a finding: by its identity, or by its rule and the parts that the entry names. */
export function accepts(entry: KnownFinding, finding: Finding): boolean {
  if (entry.id !== undefined) return entry.id === finding.id;
  const { first } = finding;
  return (
    entry.rule === finding.rule &&
    (entry.function === undefined || entry.function === kindOfFunction(first.function)) &&
    (entry.register === undefined || entry.register === first.register) &&
    (entry.shape === undefined || entry.shape === first.shape)
  );
}

/** `BAR-003-1a2b3c4d`, or `AER-002, class 020000 8086:10d3, Uncorrectable Error Mask`: how messages call an entry. */
export function entryName({ id, rule, function: kind, register, shape }: KnownFinding): string {
  return id ?? [rule, kind, register, shape].filter((part) => part !== undefined).join(', ');
}

/** What a profile accepts, ready to be asked for every finding. */
export class KnownFindings {
  private readonly byRule = new Map<string, KnownFinding[]>();

  constructor(entries: readonly KnownFinding[] = []) {
    for (const entry of entries) {
      const mine = this.byRule.get(entry.rule);
      if (mine === undefined) this.byRule.set(entry.rule, [entry]);
      else mine.push(entry);
    }
  }

  judge(finding: Finding): JudgedFinding {
    const entry = this.byRule.get(finding.rule)?.find((one) => accepts(one, finding));
    return { ...finding, known: entry !== undefined, reason: entry?.reason ?? '' };
  }
}
