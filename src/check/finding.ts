import { hash8 } from '../core/hash.ts';
import type { Divergence, FunctionIdentity } from '../model/verdict.ts';

/** Divergences of one identity in one trace: how many there were, and the first of them. */
export interface Finding {
  /** `RULE-hash8` of the identity; the handle by which a profile accepts it. */
  id: string;
  /** Id of the rule that is broken. */
  rule: string;
  /** How often it was seen. */
  count: number;
  /** The first occurrence: plain data, and a copy. */
  first: Divergence;
}

/** What divergences must share to be one finding: no address, no bus number, no value, no seed. */
export function findingId(divergence: Divergence): string {
  const identity = [divergence.rule, kindOfFunction(divergence.function), divergence.register, divergence.shape];
  return `${divergence.rule}-${hash8(JSON.stringify(identity))}`;
}

/** A finding that occurred once. */
export const findingOf = (divergence: Divergence): Finding => ({
  id: findingId(divergence),
  rule: divergence.rule,
  count: 1,
  first: divergence,
});

/** `class 020000 8086:10d3`; a `?` stands for what is not known. The same device on another bus is the same kind. */
export function kindOfFunction(identity: FunctionIdentity | undefined): string {
  if (identity === undefined) return 'none';
  const hex = (value: number, digits: number): string => (value < 0 ? '?' : value.toString(16).padStart(digits, '0'));
  return `class ${hex(identity.classCode, 6)} ${hex(identity.vendor, 4)}:${hex(identity.device, 4)}`;
}

/** Collects the divergences of one trace by identity, in order of first occurrence. */
export class FindingTable {
  private readonly byId = new Map<string, Finding>();
  /** Identities by their parts: hashing costs more than a look-up, and a broken register diverges thousands of times. */
  private readonly ids = new Map<string, string>();

  /** Counts one divergence. Returns its finding and whether this was the first occurrence. */
  add(divergence: Divergence): { finding: Finding; isNew: boolean } {
    const key = [divergence.rule, kindOfFunction(divergence.function), divergence.register, divergence.shape].join(
      '\n',
    );
    let id = this.ids.get(key);
    if (id === undefined) this.ids.set(key, (id = findingId(divergence)));
    const seen = this.byId.get(id);
    if (seen !== undefined) {
      seen.count++;
      return { finding: seen, isNew: false };
    }
    const finding: Finding = { id, rule: divergence.rule, count: 1, first: divergence };
    this.byId.set(id, finding);
    return { finding, isNew: true };
  }

  /** Adds what another table has counted. */
  merge(finding: Finding): void {
    if (this.byId.has(finding.id)) this.countAgain(finding.id, finding.count);
    else this.byId.set(finding.id, { ...finding });
  }

  /** Counts further occurrences of a finding that is in the table. */
  countAgain(id: string, count: number): void {
    this.byId.get(id)!.count += count;
  }

  list(): Finding[] {
    return [...this.byId.values()];
  }
}
