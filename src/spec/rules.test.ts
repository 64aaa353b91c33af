import { describe, expect, test } from 'vitest';
import { choiceByName } from './choices.ts';
import { IMPLEMENTED, NOT_OBSERVABLE } from './implemented.ts';
import { ruleById, RULES, rulesOfArea } from './rules.ts';
import type { Rule } from './rules.ts';

const RULE_ID = /\b[A-Z]{2,5}-[0-9]{3}\b/g;

/** All the prose of a rule. */
function texts(rule: Rule): string[] {
  const { title, citation, statement, allowed, appliesTo, check, preconditions, variations } = rule;
  return [title, citation, statement, allowed, appliesTo, check, preconditions, variations];
}

const idsWhere = (holds: (rule: Rule) => boolean): string[] => RULES.filter(holds).map((rule) => rule.id);

describe('the catalogue', () => {
  test('has every rule once', () => {
    expect(RULES).toHaveLength(273);
    expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
    expect(new Set(RULES.map((rule) => rule.title)).size).toBe(RULES.length);
  });

  test('has 28 areas, each in one piece', () => {
    const runs = RULES.map((rule) => rule.area).filter((area, index, all) => area !== all[index - 1]);
    expect(runs).toHaveLength(28);
    expect(new Set(runs).size).toBe(runs.length);
  });

  test('numbers the rules of a prefix from 001 without a gap, in one area', () => {
    for (const prefix of new Set(RULES.map((rule) => rule.id.split('-')[0] as string))) {
      expect(prefix).toMatch(/^[A-Z]{2,5}$/);
      const rules = rulesOfArea(prefix);
      const numbered = rules.map((_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);
      expect(rules.map((rule) => rule.id).toSorted()).toEqual(numbered);
      expect([...new Set(rules.map((rule) => rule.area))]).toEqual([rules[0]?.area]);
    }
  });

  test('has as many rules of each strength as were written', () => {
    const counts: Record<string, number> = {};
    for (const { strength } of RULES) counts[strength] = (counts[strength] ?? 0) + 1;
    expect(counts).toEqual({
      MUST: 211,
      UNDEFINED: 39,
      SHOULD: 7,
      MAY: 4,
      'FIRMWARE-CONVENTION': 9,
      'GUEST-OBLIGATION': 3,
    });
  });
});

describe('every rule', () => {
  test('has a title, a statement and those to whom it applies', () => {
    expect(idsWhere((rule) => rule.title === '' || rule.statement === '' || rule.appliesTo === '')).toEqual([]);
  });

  test('cites a section of a specification, or a source file, or is a rule of our own', () => {
    const citation = /\b(PCI|PCIe|virtio|x86)\b.*\d\.\d|\b[a-z_]+\.[ch]\b|^design rule|^PCI FW /i;
    expect(idsWhere((rule) => !citation.test(rule.citation))).toEqual([]);
    expect(idsWhere((rule) => /\d\.\d/.test(rule.citation)).length).toBeGreaterThan(240);
  });

  test('tells what is done, what is expected and which bits are compared', () => {
    expect(idsWhere((rule) => !/^\S.* -> \S.* \[[^\]]+\]$/.test(rule.check))).toEqual([]);
  });

  test('that allows several answers tells which', () => {
    const open = idsWhere((rule) => rule.strength === 'UNDEFINED' || rule.check.includes('see allowed'));
    expect(open.length).toBeGreaterThan(30);
    expect(open.filter((id) => ruleById(id)?.allowed === '')).toEqual([]);
  });

  test('is written in plain letters, with single blanks, and leaves out what it has not', () => {
    const odd = (text: string): boolean => /[^ -~]|^\s|\s$| {2}|^(none|-)$/.test(text);
    expect(idsWhere((rule) => texts(rule).some(odd))).toEqual([]);
  });

  test('refers only to rules that exist', () => {
    const broken = RULES.flatMap((rule) =>
      texts(rule)
        .flatMap((text) => text.match(RULE_ID) ?? [])
        .filter((id) => ruleById(id) === undefined)
        .map((id) => `${rule.id}: ${id}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('a rule is found', () => {
  test('by its id', () => {
    expect(ruleById('CAM-008')).toMatchObject({
      id: 'CAM-008',
      area: 'Configuration access: CAM',
      strength: 'MUST',
      allowed: '',
      preconditions: '',
    });
    expect(ruleById('BAR-999')).toBeUndefined();
    expect(ruleById('')).toBeUndefined();
  });

  test('by the prefix of its area, which is no part of another', () => {
    expect(rulesOfArea('CAP').map((rule) => rule.id)).toEqual(['CAP-001', 'CAP-002', 'CAP-003', 'CAP-004']);
    expect(rulesOfArea('ECAP').map((rule) => rule.id)).toEqual(['ECAP-001', 'ECAP-002']);
    expect(rulesOfArea('MSI')).toHaveLength(11);
    for (const prefix of ['', 'B', 'BAR-003', 'bar', 'MSIXX']) expect(rulesOfArea(prefix)).toEqual([]);
  });
});

describe('what is implemented', () => {
  test('are rules of the catalogue', () => {
    expect([...IMPLEMENTED, ...NOT_OBSERVABLE.keys()].filter((id) => ruleById(id) === undefined)).toEqual([]);
  });

  test('can be observed', () => {
    expect([...IMPLEMENTED].filter((id) => NOT_OBSERVABLE.has(id))).toEqual([]);
  });

  test('and what cannot be observed has a sentence that says why, with names that exist', () => {
    const reasons = [...NOT_OBSERVABLE.values()];
    expect(reasons.filter((why) => !/^[A-Z][^.]{20,}\.$/.test(why))).toEqual([]);
    const rules = reasons.flatMap((why) => why.match(RULE_ID) ?? []);
    expect(rules).toContain('CAP-001');
    expect(rules.filter((id) => !IMPLEMENTED.has(id))).toEqual([]);
    const choices = reasons.flatMap((why) => why.match(/\b[a-z]+(_[a-z]+)+\b/g) ?? []);
    expect(choices).toContain('bar_write_enabled');
    expect(choices.filter((name) => choiceByName(name) === undefined)).toEqual([]);
  });
});
