import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults } from './results.ts';
import { resultsSchema } from './results-schema.ts';

const jsonSchema = z.toJSONSchema(resultsSchema);

// Refresh with: npx vitest run src/check/results-schema.test.ts --update
test('the committed JSON schema is the one that the code promises', async () => {
  const text = `${JSON.stringify(jsonSchema, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../corpora/schema/results.schema.json');
});

test('another validator accepts a results document and refuses what is none', () => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema);
  const results = makeResults('check', 'barometer 0.0.0', [makeReport({ findings: [makeFinding()] })], makeVerdict());
  expect(validate(JSON.parse(JSON.stringify(results)))).toBe(true);
  expect(validate({ ...results, schema: 'barometer.results/2' })).toBe(false);
  expect(validate({ ...results, totals: { ...results.totals, accesses: -1 } })).toBe(false);
});
