import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../spec/rules.ts';
import { FAULTS, WAITING } from './catalogue.ts';
import { RECORDS } from './records.ts';

const AREA_OF = new Map(
  Object.entries(RECORDS).flatMap(([area, ids]) => Object.keys(ids).map((id) => [id, area] as const)),
);

const SOURCE = join(import.meta.dirname, '..');

/** Ids that the source asks for. */
function asked(): Set<string> {
  const files = readdirSync(SOURCE).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return new Set(
    files.flatMap((name) =>
      [...readFileSync(join(SOURCE, name), 'utf8').matchAll(/faulty\('([^']+)'\)/g)].map((match) => match[1]!),
    ),
  );
}

describe('the catalogue of faults', () => {
  it('names every fault and every record once', () => {
    const ids = [...FAULTS, ...WAITING].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('has exactly the faults that the machine asks for', () => {
    const ids = asked();
    expect(FAULTS.map(({ id }) => id).filter((id) => !ids.has(id))).toEqual([]);
    const known = new Set(FAULTS.map(({ id }) => id));
    expect([...ids].filter((id) => !known.has(id))).toEqual([]);
  });

  it('names rules that exist, and each of a fault once', () => {
    const known = new Set(RULES.map(({ id }) => id));
    const wrong = FAULTS.filter(
      ({ rules }) =>
        rules.length === 0 || new Set(rules).size < rules.length || !rules.every((rule) => known.has(rule)),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('derives what is not synthetic from a record of the same area', () => {
    const wrong = FAULTS.filter(
      ({ id, area, origin }) => !(area in RECORDS) || AREA_OF.get(id) !== (origin === 'synthetic' ? undefined : area),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
    expect(WAITING.map(({ id }) => id).filter((id) => !AREA_OF.has(id))).toEqual([]);
  });

  it('leaves no record out: each is a fault, or waits for a reason', () => {
    const settled = new Set([...FAULTS, ...WAITING].map(({ id }) => id));
    const missing = [...AREA_OF.keys()].filter((id) => !settled.has(id));
    expect(missing).toEqual([]);
  });

  it('knows of 183 records', () => {
    expect(AREA_OF.size).toBe(183);
  });
});
