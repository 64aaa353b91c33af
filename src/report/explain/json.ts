/** Annotations for scripts: one JSON object a line. */

import { formatBdf } from '../../access/bdf.ts';
import type { StepVerdict } from '../../check/trace-steps.ts';
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
    divergences: verdicts.map(divergenceObject),
  })}\n`;
}

/** What was judged of the machine as it was left: behind the last access, and about none. */
export function lastLine(verdicts: readonly StepVerdict[]): string {
  return `${JSON.stringify({
    index: null,
    line: 0,
    text: '',
    function: null,
    mechanism: null,
    structure: null,
    place: 'the machine as it was left',
    value: null,
    fields: [],
    meaning: '',
    subject: 'machine',
    divergences: verdicts.map(divergenceObject),
  })}\n`;
}

function divergenceObject({ divergence, finding }: StepVerdict): object {
  return {
    id: finding.id,
    rule: finding.rule,
    known: finding.known,
    index: divergence.index,
    expected: divergence.expected,
    actual: divergence.actual,
  };
}
