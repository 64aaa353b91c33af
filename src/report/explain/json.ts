/** Annotations for scripts: one JSON object a line. */

import { formatBdf } from '../../access/bdf.ts';
import type { Annotation } from './annotation.ts';

/** The fields are documented in docs/explain.md. */
export function jsonLine(annotation: Annotation): string {
  const { index, line, text, bdf, mechanism, structure, place, value, fields, meaning, subject, verdicts } = annotation;
  return `${JSON.stringify({
    index,
    line,
    text,
    function: bdf < 0 ? null : formatBdf(bdf),
    mechanism: mechanism === '' ? null : mechanism,
    structure: structure === '' ? null : structure,
    place,
    value: value === '' ? null : value,
    fields: fields.map(({ register, field, value: now, before }) => ({
      register,
      field,
      value: now,
      before: before ?? null,
    })),
    meaning,
    subject,
    divergences: verdicts.map(({ divergence, finding }) => ({
      id: finding.id,
      rule: finding.rule,
      known: finding.known,
      index: divergence.index,
      expected: divergence.expected,
      actual: divergence.actual,
    })),
  })}\n`;
}
