import { describe, expect, test } from 'vitest';
import { parseProfile, ProfileError, readProfile } from './profile.ts';

const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await parseProfile(text, 'p.yaml');
  } catch (error) {
    if (error instanceof ProfileError) return error.problems;
    throw error;
  }
  return [];
};

describe('a profile that is in order', () => {
  test('gives machine, choices and known findings', async () => {
    const profile = await parseProfile(
      `# our machine
machine:
  name: test
  cam: false
  ecam: 0xe0000000,0,255
  mem64: [0x800000000-0xfffffffff, 0x1000000000-0x10ffffffff]
  power-on: true
  io-window: 0x3eff0000-0x3effffff
choices:
  hole: zero
known:
  - id: BAR-003-1a2b3c4d
    reason: hardware does so too
    owner: devices team
    until: 2027-01-31
`,
      'p.yaml',
    );
    expect(profile.machine).toEqual({
      name: 'test',
      cam: false,
      ecam: [{ baseLo: 0xe0000000 | 0, baseHi: 0, firstBus: 0, lastBus: 255, segment: 0 }],
      mem64: [
        { loLo: 0, loHi: 8, hiLo: -1, hiHi: 15 },
        { loLo: 0, loHi: 16, hiLo: -1, hiHi: 16 },
      ],
      powerOn: true,
      ioWindow: { loLo: 0x3eff0000, loHi: 0, hiLo: 0x3effffff, hiHi: 0 },
    });
    expect(profile.choices).toEqual({ hole: 'zero' });
    const known = {
      id: 'BAR-003-1a2b3c4d',
      rule: 'BAR-003',
      reason: 'hardware does so too',
      owner: 'devices team',
      until: '2027-01-31',
    };
    expect(profile.known).toEqual([{ ...known, line: 12 }]);
  });

  test('may be empty, or have empty sections', async () => {
    for (const text of ['', '# nothing yet\n', 'machine:\nchoices:\nknown:\n', '{}']) {
      const { machine, choices, known } = await parseProfile(text, 'p.yaml');
      expect({ machine, choices, known }).toEqual({ machine: {}, choices: {}, known: [] });
    }
  });

  test('keeps addresses exact to the last of 64 bits', async () => {
    const { machine } = await parseProfile('machine: { mem64: 0xfffffffffffffffe-0xffffffffffffffff }', 'p.yaml');
    expect(machine.mem64).toEqual([{ loLo: -2, loHi: -1, hiLo: -1, hiHi: -1 }]);
  });

  test('may excuse a MUST by a deviation, which a person declares', async () => {
    expect((await parseProfile('choices: { pm: cosmetic }', 'p.yaml')).choices).toEqual({ pm: 'cosmetic' });
  });
});

describe('what is wrong with a profile is told with its place', () => {
  const cases: Record<string, [text: string, problem: RegExp]> = {
    'no YAML': ['machine: [\n', /^p\.yaml:\d+:\d+: not YAML: /],
    'a key twice': ['choices: {}\nchoices: {}\n', /^p\.yaml:2:1: not YAML: .*unique/],
    'a list at the top': ['- a\n', /^p\.yaml:1:1: a mapping is expected, not a list\.$/],
    'an unknown section': ['machin:\n  cam: true\n', /^p\.yaml:1:1: machin: unknown key\. Did you mean machine\?$/],
    'an unknown key': ['machine:\n  ecma: 1\n', /^p\.yaml:2:3: machine\.ecma: unknown key\. Did you mean ecam\?$/],
    'a wrong type': [
      'machine:\n  cam: maybe\n',
      /^p\.yaml:2:3: machine\.cam: true or false is expected; this is "maybe"\.$/,
    ],
    'a section of the wrong type': ['choices: [hole]\n', /^p\.yaml:1:1: choices: a mapping is expected, not a list\.$/],
    'an unknown choice': [
      'choices:\n  hol: zero\n',
      /^p\.yaml:2:3: choices\.hol: there is no choice.* Did you mean hole\?$/,
    ],
    'an unknown value': [
      'choices:\n  hole: zeros\n',
      /^p\.yaml:2:3: choices\.hole: the values of hole are ones, .* this is "zeros"\.$/,
    ],
    'true instead of on': ['choices: { preassigned: true }\n', /preassigned: .*write on or off instead of true\.$/],
    'no range': [
      'machine:\n  ram: 0x1000\n',
      /^p\.yaml:2:3: machine\.ram.*a range is written FIRST-LAST.* this is 4096\.$/,
    ],
    'a range that ends first': [
      'machine: { ram: 0x2000-0x1000 }\n',
      /a range is written FIRST-LAST.* this is "0x2000-0x1000"\.$/,
    ],
    'a port beyond the last': ['machine: { io: 0x0-0x10000 }\n', /the range "0x0-0x10000" goes beyond 0xffff\.$/],
    'an address of 65 bits': ['machine: { ram: 0x0-0x10000000000000000 }\n', /64 bits at most/],
    'an ECAM base off its boundary': ['machine: { ecam: "0xe0001000,0,255" }\n', /multiple of 1 MiB/],
    'an ECAM of 257 buses': ['machine: { ecam: "0xe0000000,0,256" }\n', /with buses from 0 to 255/],
    'a known finding without id and rule': [
      'known:\n  - reason: x\n',
      /^p\.yaml:2:\d: known\.0\.id: an entry has the id of a finding, or the rule .* this has neither\.$/,
    ],
    'an id beside parts of what it stands for': [
      'known: [{ id: BAR-003-00000000, register: BAR 0 }]\n',
      /register: an id says this already/,
    ],
    'an unknown rule of a family': ['known: [{ rule: BAT-003 }]\n', /rule: there is no rule BAT-003\. Did you mean /],
    'a kind of function that is none': [
      'known: [{ rule: BAR-003, function: "00:04.0" }]\n',
      /function: a kind of function is written as reports do/,
    ],
    'an id of the wrong form': [
      'known:\n  - id: BAR-003\n',
      /^p\.yaml:2:5: known\.0\.id: a finding is named RULE-hash/,
    ],
    'an unknown rule': [
      'known:\n  - id: BAT-003-00000000\n',
      /^p\.yaml:2:5: known\.0\.id: there is no rule BAT-003\. Did you mean /,
    ],
    "a rule that is not the id's": [
      'known: [{ id: BAR-003-00000000, rule: CAM-001 }]\n',
      /rule: this says CAM-001, but the id is one of BAR-003\.$/,
    ],
    'a date that is none': [
      'known: [{ id: BAR-003-00000000, until: soon }]\n',
      /until: a day of the calendar is expected, written YYYY-MM-DD; this is "soon"\.$/,
    ],
    'known findings that are no list': ['known: { id: x }\n', /^p\.yaml:1:1: known: a list of findings is expected\.$/],
  };
  test.each(Object.entries(cases))('%s', async (_, [text, problem]) => {
    const problems = await problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatch(problem);
  });

  test('all problems are told at once, in the order of the file', async () => {
    const problems = await problemsOf('nonsense: 1\nmachine:\n  cam: 7\nchoices:\n  hole: no\nknown:\n  - id: X\n');
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['1', '3', '5', '7']);
  });

  test('a document that would expand without end is refused', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g']
      .map((name, index) => `${name}: &${name} [${`*${'abcdef'[index]},`.repeat(9)}]`)
      .join('\n')}\n`;
    const problems = await problemsOf(bomb);
    expect(problems[0]).toMatch(/^p\.yaml:/);
  });
});

test('a profile that cannot be read is one sentence, not an error of the system', async () => {
  await expect(readProfile('absent.yaml')).rejects.toThrow('absent.yaml: there is no such file.');
  await expect(readProfile('src')).rejects.toThrow('src: this is a directory, not a file.');
});
