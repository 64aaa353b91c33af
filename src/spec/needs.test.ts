import { expect, test } from 'vitest';
import { isApplicable, NEEDS, PARTS } from './needs.ts';
import { RULES } from './rules.ts';

test('needs are those of rules and areas that exist', () => {
  const names = new Set(RULES.flatMap(({ id }) => [id, id.slice(0, id.indexOf('-'))]));
  expect(Object.keys(NEEDS).filter((name) => !names.has(name))).toEqual([]);
});

test('a rule goes before its area, and one part is enough', () => {
  const parts = new Set(['MSI', 'bridge']);
  const rules = ['MSI-001', 'MSIX-001', 'MSIX-022', 'BRG-002', 'HDR-001', 'CAM-001', 'CAM-012'];
  expect(rules.filter((rule) => isApplicable(rule, parts))).toEqual([
    'MSI-001',
    'MSIX-022',
    'BRG-002',
    'HDR-001',
    'CAM-012',
  ]);
});

test('every part is asked for by some rule, and with all of them every rule is applicable', () => {
  const asked = new Set(Object.values(NEEDS).flat());
  expect(PARTS.filter((part) => !asked.has(part))).toEqual([]);
  expect(RULES.filter(({ id }) => !isApplicable(id, new Set(PARTS)))).toEqual([]);
});
