import { describe, expect, test } from 'vitest';
import { choiceAllows, choiceByName, CHOICES, isDeviation } from './choices.ts';
import type { Choice } from './choices.ts';
import { ruleById, RULES } from './rules.ts';

function known(name: string): Choice {
  const choice = choiceByName(name);
  if (choice === undefined) throw new Error(`there is no choice ${name}`);
  return choice;
}

/** Where the catalogue names a choice: `flag hole`, `profile flag pm=cosmetic`, `profile windows=advisory`. */
function mentions(): { rule: string; name: string; value: string | undefined }[] {
  const mention = /\b(?:profile flag|flag) ([a-z0-9_]+)(?: ?= ?(\w+))?|\bprofile ([a-z0-9_]+)=(\w+)/g;
  return RULES.flatMap((rule) =>
    [rule.statement, rule.allowed, rule.preconditions, rule.check, rule.variations].flatMap((text) =>
      [...text.matchAll(mention)].map((match) => ({
        rule: rule.id,
        name: (match[1] ?? match[3]) as string,
        value: match[2] ?? match[4],
      })),
    ),
  );
}

describe('the choices', () => {
  test('have names of their own, written as profiles write them', () => {
    expect(new Set(CHOICES.map((choice) => choice.name)).size).toBe(CHOICES.length);
    expect(CHOICES.map((choice) => choice.name).filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  test('have values to choose from, and say what they are', () => {
    const poor = CHOICES.filter(
      ({ values, numbers, meaning }) =>
        values.length < (numbers === undefined ? 2 : 1) ||
        new Set(values).size < values.length ||
        !/^\S.{10,}[^.\s]$/.test(meaning),
    );
    expect(poor).toEqual([]);
  });

  test('name the rules they are about', () => {
    expect(CHOICES.filter(({ rules }) => rules.length === 0)).toEqual([]);
    expect(CHOICES.flatMap(({ rules }) => rules).filter((rule) => ruleById(rule) === undefined)).toEqual([]);
  });

  test('that excuse are about something that is required; a permission needs no excuse', () => {
    const excused = CHOICES.filter((choice) => choice.kind === 'deviation');
    const idle = excused.filter(({ rules }) =>
      rules.every((rule) => !['MUST', 'SHOULD'].includes(ruleById(rule)?.strength ?? '')),
    );
    expect(idle).toEqual([]);
  });

  test('that the catalogue mentions exist, with these values', () => {
    const all = mentions();
    expect(all.length).toBeGreaterThan(25);
    const broken = all.filter(({ name, value }) => {
      const choice = choiceByName(name);
      return choice === undefined || (value !== undefined && !choiceAllows(choice, value));
    });
    expect(broken).toEqual([]);
  });
});

describe('the values of a choice', () => {
  test('every word that is listed is allowed, and no other', () => {
    const words = CHOICES.filter(({ numbers }) => numbers === undefined);
    expect(words.filter((choice) => !choice.values.every((value) => choiceAllows(choice, value)))).toEqual([]);
    const others = ['', 'nonsense', '1', 'On'];
    expect(words.filter((choice) => others.some((value) => choiceAllows(choice, value)))).toEqual([]);
  });

  test.each(['1', '256', '0x1', '0x100'])('bus_range may be %s', (value) => {
    expect(choiceAllows(known('bus_range'), value)).toBe(true);
  });

  test.each(['0', '257', '-1', '1.5', '', ' 1', 'n', '0x', '1 to 256', '0x101'])(
    'bus_range may not be "%s"',
    (value) => {
      expect(choiceAllows(known('bus_range'), value)).toBe(false);
    },
  );

  test.each(['none', '0xf8b8', '0XFFFF', '65535', '0'])('cmd_extra may be %s', (value) => {
    expect(choiceAllows(known('cmd_extra'), value)).toBe(true);
  });

  test.each(['all', '65536', '0x10000', 'f8b8', '-1', 'a mask of 16 bits'])('cmd_extra may not be "%s"', (value) => {
    expect(choiceAllows(known('cmd_extra'), value)).toBe(false);
  });
});

describe('a deviation', () => {
  test.each(['pm', 'bme', 'bridge_pm', 'bridge_bme', 'unhandled', 'cmd_extra'])('%s excuses a MUST', (name) => {
    expect(isDeviation(name)).toBe(true);
  });

  test.each(['hole', 'preassigned', 'zero_bar', 'top_bar', 'fn_alias', 'bus_range', 'nonsense', ''])(
    '"%s" is none',
    (name) => {
      expect(isDeviation(name)).toBe(false);
    },
  );
});
