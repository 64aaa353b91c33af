import { expect, test } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { formatAccess, formatEvent } from '../../src/access/text.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { Session } from '../../src/check/lockstep/session.ts';

/** Everything that a machine sees of programs that are run one after the other. */
function traceOf(programs: readonly string[]): string[] {
  const lines: string[] = [];
  const lockstep = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
    choices: {},
    skip: new Set(),
    divergence: () => undefined,
    watch: (what) => void lines.push(what instanceof Access ? formatAccess(what) : formatEvent(what)),
  });
  const session = new Session(lockstep);
  for (const text of programs) {
    const program: Program = parseScenario(text, 'test').program;
    expect(session.run(program).unbound).toBeUndefined();
  }
  return lines;
}

test('programs in a row are one program: what a finding needs of those before it can be put in front of it', () => {
  const parts = [
    'move bar fn5.bar0 to free 0\nmask fn5.msix[0]\nselect fn7.cmd\n',
    'buses fn20 to shifted\nbring up fn21\nring fn13\nport write 0xcfc 2 0x7\n',
    'disable fn4.intx\nraise fn4\nreset\nfire fn5.msix[0]\n',
    'move bar fn9.bar0 to free 0\nread fn9.bar0 4\n',
  ];
  const apart = traceOf(parts);
  expect(apart.length).toBeGreaterThan(1000);
  expect(apart).toEqual(traceOf([parts.join('')]));
});

test('with looks off a program takes only the accesses of its steps, and a look at the end makes up for it', () => {
  const steps = 'config write fn5.cmd 2 0x6\nconfig read fn5.cmd 2\nconfig write fn5.line 1 0x5\n';
  const start = traceOf(['']).length;
  const quiet = traceOf([`looks off\n${steps}`]).length;
  const ended = traceOf([`looks off\n${steps}looks on\n`]).length;
  const seen = traceOf([steps]).length;
  expect(quiet - start).toBeLessThan(traceOf(['looks off\nconfig read fn5.cmd 2\n']).length - start + 6);
  expect(ended).toBeGreaterThan(quiet);
  expect(seen).toBeGreaterThan(ended);
});
