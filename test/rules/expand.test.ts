/* oxlint-disable vitest/valid-expect -- vitest's expect takes a message as its second argument; here it is the trace. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { parseLine } from '../../src/access/text.ts';
import type { RuleCase } from './case.ts';
import { CaseError, PREAMBLES, expandCase, expandLine } from './expand.ts';

const withSteps = (steps: string): RuleCase => ({ rule: 'CAM-001', title: 'a test', given: [], steps });

describe('expandLine', () => {
  it('turns a CAM macro into index write and data access', () => {
    expect(expandLine('cw 2 01:1f.3 0x3e <- 0x40')).toEqual([
      'write port 0xcf8 4 <- 0x8001fb3c',
      'write port 0xcfe 2 <- 0x40',
    ]);
  });

  it('turns an ECAM macro into a memory access', () => {
    expect(expandLine('er 4 02:1f.7 0xffc -> 0x0')).toEqual(['read memory 0xe02ffffc 4 -> 0x0']);
  });

  it('gives the vCPU to every line of a macro', () => {
    expect(expandLine('@3 cr 1 00:00.0 0x01 -> 0x80')).toEqual([
      '@3 write port 0xcf8 4 <- 0x80000000',
      '@3 read port 0xcfd 1 -> 0x80',
    ]);
  });

  it('leaves lines of the notation alone', () => {
    expect(expandLine('message 0xfee00000 0x20')).toEqual(['message 0xfee00000 0x20']);
  });

  it.each(['cr 4 00:00.0 0x100 -> 0x0', 'cr 4 0:0.0 0x0 -> 0x0', 'mr 4 0x10 <- 0x0', 'er 4 00:00.0 x -> 0x0'])(
    'refuses %s',
    (line) => {
      expect(() => expandLine(line)).toThrow(CaseError);
    },
  );
});

describe('expandCase', () => {
  it('makes one conforming form for each alternative', () => {
    const { conforming, violating } = expandCase(withSteps('mr 1 0x1 -> 0xa || 0xb | 0xc\nmr 1 0x2 -> 0xd'));
    expect(conforming).toEqual([
      ['read memory 0x1 1 -> 0xa', 'read memory 0x2 1 -> 0xd'],
      ['read memory 0x1 1 -> 0xb', 'read memory 0x2 1 -> 0xd'],
    ]);
    expect(violating).toEqual(['read memory 0x1 1 -> 0xc', 'read memory 0x2 1 -> 0xd']);
  });

  it('keeps marked lines in their form only', () => {
    const { conforming, violating } = expandCase(withSteps('+! reset\n-! gap\npower-on # with a comment'));
    expect(conforming).toEqual([['reset', 'power-on']]);
    expect(violating).toEqual(['gap', 'power-on']);
  });

  it('refuses a case whose two forms are the same', () => {
    expect(() => expandCase(withSteps('reset'))).toThrow('the same');
  });

  it('refuses lines with different numbers of alternatives', () => {
    expect(() => expandCase(withSteps('mr 1 0x1 -> 0xa || 0xb | 0xc\nmr 1 0x1 -> 0xa || 0xb || 0xd | 0xc'))).toThrow(
      'alternatives',
    );
  });
});

describe('notation', () => {
  it.each(Object.keys(PREAMBLES))('preamble %s can be parsed', (name) => {
    const { given } = expandCase({ ...withSteps('+! reset'), given: [name] });
    for (const line of given) expect(() => parseLine(line, new Access()), line).not.toThrow();
  });

  const folder = new URL('.', import.meta.url);
  const areas = readdirSync(folder).filter(
    (file) => /^[a-z-]+\.ts$/.test(file) && !/^(case|expand|given.*)\.ts$/.test(file),
  );
  it.each(areas)('every case of %s can be parsed', async (file) => {
    const { cases } = (await import(new URL(file, folder).href)) as { cases: readonly RuleCase[] };
    for (const ruleCase of cases) {
      const { conforming, violating } = expandCase(ruleCase);
      for (const line of [...conforming.flat(), ...violating]) {
        expect(() => parseLine(line, new Access()), `${ruleCase.rule}: ${line}`).not.toThrow();
      }
    }
  });
});
