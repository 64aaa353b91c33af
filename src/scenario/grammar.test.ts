import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText } from '../../test/support/repository.ts';
import { formatScenario, parseScenario, ScenarioError } from './grammar.ts';
import { canonicalProgram, OPERATIONS, operationNumber, ProgramBuilder, STEP_WORDS, stepCount } from './steps.ts';

const words = fc
  .array(fc.oneof(fc.integer(), fc.integer({ min: -4, max: 300 })), { maxLength: 90, size: 'max' })
  .map((list) => Int32Array.from(list));

/** Programs of one operation, so that each is met often. */
const oneStep = fc
  .tuple(
    fc.integer({ min: 0, max: OPERATIONS.length - 1 }),
    fc.array(fc.oneof(fc.integer(), fc.integer({ min: 0, max: 30 })), { minLength: 7, maxLength: 7 }),
  )
  .map(([operation, operands]) => Int32Array.from([operation, ...operands]));

describe('the integer encoding', () => {
  test('every array of integers is a program, and its canonical form is its own', () => {
    fc.assert(
      fc.property(words, (list) => {
        const program = canonicalProgram(list);
        expect(program.length).toBe(stepCount(list) * STEP_WORDS);
        expect(canonicalProgram(program)).toEqual(program);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test.each([[0], [1], [7], [8], [15]])('of %i words only whole steps count', (length) => {
    expect(stepCount(canonicalProgram(new Int32Array(length)))).toBe(Math.floor(length / 8));
  });

  test('a step of zeros is a harmless read', () => {
    expect(formatScenario(new Int32Array(8))).toBe('config read fn.vendor 1\n');
  });
});

describe('text', () => {
  test('reading what was printed gives the same program', () => {
    fc.assert(
      fc.property(fc.oneof(words, oneStep), (list) => {
        const program = canonicalProgram(list);
        const text = formatScenario(list);
        expect(parseScenario(text).program).toEqual(program);
        expect(formatScenario(parseScenario(text).program)).toBe(text);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test.each([
    ['size bar fn.2', 'size bar fn.bar2'],
    ['size   bar fn0.wide   order high-low pattern address', 'size bar fn.wide pattern address order high-low'],
    ['write fn1.bar0+16 4 4660', 'write fn1.bar0+0x10 4 0x1234'],
    ['write fn1.bar0.end-4 4 1', 'write fn1.bar0.end-0x4 4 0x1'],
    ['config write fn.cmd 2 7', 'config write fn.cmd 2 0x7'],
    ['config write fn.config+4 2 7 via ecam', 'config write fn.cmd 2 0x7 via ecam'],
    ['config set fn.pcie+0x8 2 0x8000', 'config set fn.pcie+0x8 2 0x8000'],
    ['config read fn.config+6 1', 'config read fn.status 1'],
    ['config read fn.cmd+1 1', 'config read fn.config+0x5 1'],
    ['unmask fn.msix[3]', 'unmask fn.msix[3]'],
    ['mask fn.msix width 1', 'mask fn.msix width 1'],
    ['fire fn.msix[3]', 'fire fn.msix[3]'],
    ['move bar fn1.bar0 to overlap fn2.bar1 decode kept', 'move bar fn1.bar0 to overlap fn2.bar1 decode kept'],
    ['move bar fn1.bar0 to free 2 order high-low', 'move bar fn1.bar0 to free 2 order high-low'],
    ['move bar fn.bar0 to 0x8000000000', 'move bar fn.bar0 to 0x8000000000'],
    ['swap fn.bar0 with fn1.bar0', 'swap fn.bar0 with fn1.bar0'],
    ['decode off fn width 1', 'decode off fn width 1'],
    ['port write 0xcf8 4 0x80000000', 'port write 0xcf8 4 0x80000000'],
    ['route read fn.peer[1f.3] 0x0 4', 'route read fn.peer[1f.3] 0x0 4'],
    ['route read fn.vf[5] 0 4', 'route read fn.vf[5] 0x0 4'],
    ['route read @01:00.0 0 4 via ecam', 'route read @01:00.0 0x0 4 via ecam'],
    ['memory write 0xfe00000000 8 0x1122334455667788', 'memory write 0xfe00000000 8 0x1122334455667788'],
    ['need fn1 msix 4', 'need fn1 msix 4'],
    ['need fn1 below fn  # the port', 'need fn1 below fn'],
    ['reset', 'reset'],
    ['enable fn.msi count 2', 'enable fn.msi count 2'],
    ['window fn.memory-window to closed', 'window fn.memory-window to closed'],
  ])('%s', (given, canonical) => {
    expect(formatScenario(parseScenario(given).program)).toBe(`${canonical}\n`);
  });

  test('remarks, empty lines and line ends do not count, lines are kept', () => {
    const parsed = parseScenario('# what it is for\r\n\r\nreset # now\n  save\rrestore');
    expect(formatScenario(parsed.program)).toBe('reset\nsave\nrestore\n');
    expect(parsed.lines).toEqual([3, 4, 5]);
    expect(parseScenario('')).toEqual({ program: new Int32Array(0), lines: [] });
  });

  test('a builder gives canonical programs, cut where asked', () => {
    const builder = new ProgramBuilder().step('decode on', 5000, 7).step('reset', 1, 2);
    expect(formatScenario(builder.program())).toBe('decode on fn904 space memory\nreset\n');
    expect(stepCount(builder.program(1))).toBe(1);
    expect(operationNumber('config read')).toBe(0);
  });
});

describe('what is no scenario says where and what was expected', () => {
  test.each([
    ['jump', "1:1: expected a step, found 'jump'"],
    ['unmaks fn.msix[3]', "1:1: expected a step, found 'unmaks'. Did you mean unmask?"],
    ['reset\nconfig', "2:7: expected 'read', 'write', 'set', 'clear' after 'config', found the end of the line"],
    ['config fly fn', "1:8: expected 'read', 'write', 'set', 'clear' after 'config', found 'fly'"],
    ['config read fn.cmd', '1:19: expected a width, found the end of the line'],
    ['config read fn.cmd 3', "1:20: expected a width (1, 2, 4, 8), found '3'"],
    ['config read fn.cdm 2', /^1:13: expected a register .*, found 'fn.cdm'. Did you mean fn.cmd\?$/],
    ['config write fn.cmd 2 0x10000', "1:23: expected a value of at most 2 bytes, found '0x10000'"],
    ['config read fn.config+0x1000 1', "1:13: expected an offset from 0 to 0xfff, found 'fn.config+0x1000'"],
    ['config read fn.cmd 2 via pci', "1:26: expected a mechanism (any, cam, ecam), found 'pci'"],
    ['config read fn.cmd 2 via cam via cam', "1:30: expected 'via' once, found 'via'"],
    ['reset now', "1:7: expected the end of the line, found 'now'"],
    ['decode on gn', "1:11: expected a function (fn, fn1, fn2 …), found 'gn'"],
    ['decode on fn4096', "1:11: expected a function (fn, fn1, fn2 …), found 'fn4096'"],
    ['unmask fn.msix[70000]', /^1:8: expected a vector or all .*, found 'fn.msix\[70000\]'$/],
    ['fire fn.msix', /^1:6: expected a vector .*, found 'fn.msix'$/],
    ['move bar fn.bar0 free 0', "1:18: expected 'to', found 'free'"],
    ['need fn msix', '1:13: expected a number (vectors), found the end of the line'],
    ['route read fn.peer[20.0] 0 4', /^1:12: expected a function beside another .*found 'fn.peer\[20.0\]'$/],
    ['port read 0x10000 1', "1:11: expected a port up to 0xffff, found '0x10000'"],
    [`reset ${'x'.repeat(2000)}`, '1:1001: expected a line of at most 1000 characters'],
    [`read fn.${'y'.repeat(300)} 4`, /^1:6: expected a place behind a BAR .*…'$/],
    ['\u0000\u0001', /^1:1: expected a step/],
  ])('%j', (text, expected) => {
    const message = problemOf(text);
    if (typeof expected === 'string') expect(message).toBe(`f:${expected}`);
    else expect(message.replace(/^f:/, '')).toMatch(expected);
  });

  test('too many steps', () => {
    expect(problemOf('save\n'.repeat(100_001))).toBe('f:100001:1: expected at most 100000 steps');
  });

  test('any text is read or refused by a ScenarioError, every prefix too', () => {
    const text = 'config write fn1.bar0 4 0xfffffff0 via cam\nmove bar fn.wide to overlap fn2.rom order words\n';
    for (let length = 0; length <= text.length; length++) problemOf(text.slice(0, length));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (any) => void problemOf(any)),
      { seed: 3, numRuns: 500 },
    );
  });
});

function problemOf(text: string): string {
  try {
    parseScenario(text, 'f');
    return '';
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message;
  }
}

test('every example of the documentation is a scenario', () => {
  const examples = [...readText('docs/scenarios.md').matchAll(/```scenario\n([\s\S]*?)```/g)].map(
    (match) => match[1] as string,
  );
  expect(examples.length).toBeGreaterThan(5);
  for (const text of examples) {
    const { program } = parseScenario(text, 'docs/scenarios.md');
    expect(formatScenario(program)).toBe(formatScenario(parseScenario(formatScenario(program)).program));
    expect(stepCount(program)).toBeGreaterThan(4);
  }
});
