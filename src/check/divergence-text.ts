import { formatAccess, formatEvent } from '../access/text.ts';
import type { Divergence } from '../model/verdict.ts';

/** The access or event of a divergence in the text notation; empty when it has neither (a verdict at the end). */
export function divergenceText(divergence: Divergence): string {
  if (divergence.access !== undefined) return formatAccess(divergence.access);
  return divergence.event === undefined ? '' : formatEvent(divergence.event);
}
