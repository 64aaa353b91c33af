import { didYouMean } from '../core/nearest.ts';
import { RULES } from '../spec/rules.ts';
import type { Rule } from '../spec/rules.ts';
import { TARGET_RULES } from '../spec/target-rules.ts';
import { UsageError } from './exit-status.ts';

/**
 * The rules that `--only` and `--skip` switch off. A name is a rule (BAR-003) or an area (BAR); throws a UsageError
 * that names what is neither.
 */
export function skippedRules(only: readonly string[], skip: readonly string[]): ReadonlySet<string> {
  const skipped = new Set(skip.flatMap((name) => selectRules('--skip', name)));
  if (only.length === 0) return skipped;
  const kept = new Set(only.flatMap((name) => selectRules('--only', name)));
  return new Set([...RULES.map((rule) => rule.id).filter((id) => !kept.has(id)), ...skipped]);
}

function selectRules(option: string, name: string): string[] {
  const wanted = name.toUpperCase();
  const rule = RULES.find((candidate) => candidate.id.toUpperCase() === wanted);
  if (rule !== undefined) return [rule.id];
  // That a target dies cannot be overlooked: the rules of TARGET are always on.
  const area = RULES.filter((candidate) => candidate.id.split('-')[0] === wanted).map((candidate) => candidate.id);
  if (area.length > 0) return area;
  throw new UsageError(`barometer: ${option} ${name}: ${unknownRule(name)}`);
}

/** A sentence about a name that is neither a rule nor an area. */
export function unknownRule(name: string): string {
  const ids = RULES.map((rule) => rule.id);
  const areas = [...new Set(ids.map((id) => id.split('-')[0] as string))];
  const candidates = name.includes('-') ? ids : areas;
  return `there is no rule or area of this name.${didYouMean(name, candidates)} Try: barometer rules`;
}

/** The rule of this id, whatever the case of its letters. */
export function findRule(id: string): Rule | undefined {
  return [...RULES, ...TARGET_RULES].find((rule) => rule.id.toUpperCase() === id.toUpperCase());
}
