/** Speed of lockstep: checked accesses a second in this process, against fast-check's model runs on the same operations. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Access } from '../../src/access/access.ts';
import type { Target } from '../../src/access/target.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { Session } from '../../src/check/lockstep/session.ts';
import { generate } from '../../src/campaign/generate/generate.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { randomStream } from '../../src/core/random.ts';
import { bind } from '../../src/scenario/bind.ts';
import { Expansion } from '../../src/scenario/expand.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { stepCount } from '../../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { compile, runNative } from '../support/native.ts';
import { median, print, printTable } from '../support/print.ts';
import { writeStream } from '../model/stream.ts';
import { describeRegisters } from './native.ts';

const options = benchOptions({ rounds: 5, programs: 20 });

function fresh(): Lockstep {
  return new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
    choices: {},
    skip: new Set(),
    divergence: () => undefined,
  });
}

const { topology } = fresh();
const programs = Array.from({ length: options.programs }, (_, index) =>
  generate(randomStream(`bench ${index}`), topology, { steps: 100 }),
);

/** Accesses of programs with sweeps after each step, and all accesses that were checked. */
function withSweeps(): { asked: number; checked: number; seconds: number } {
  const lockstep = fresh();
  void lockstep.topology;
  const session = new Session(lockstep);
  const before = lockstep.accesses;
  const elapsed = startStopwatch();
  let asked = 0;
  for (const program of programs) asked += session.run(program).accesses;
  return { asked, checked: lockstep.accesses - before, seconds: elapsed() / 1000 };
}

/** The accesses of the programs alone, one after the other. */
function bare(accesses: readonly Access[]): number {
  const lockstep = fresh();
  const elapsed = startStopwatch();
  for (const access of accesses) lockstep.access(access);
  return elapsed() / 1000;
}

function play(program: Program, lockstep: Lockstep): void {
  const bound = bind(program, lockstep.topology);
  if (!bound.bound) return;
  const expansion = new Expansion(bound.binding.topology, lockstep.view, lockstep.machine, undefined, 'ecam');
  for (let step = 0; step < stepCount(program); step++) {
    for (const action of expansion.expand(bound.binding, program, step)) {
      if (action instanceof Access) lockstep.access(action);
      else lockstep.command(action);
    }
  }
}

/** The accesses of the programs, as a list that both contenders carry out. */
function recorded(): Access[] {
  const accesses: Access[] = [];
  const lockstep = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
    choices: {},
    skip: new Set(),
    divergence: () => undefined,
    watch: (what) => {
      if (what instanceof Access) accesses.push(new Access().assign(what));
    },
  });
  for (const program of programs) play(program, lockstep);
  return accesses;
}

/** Operations that fast-check has run: it draws how many of a list. */
let ran = 0;

class Operation implements fc.Command<Lockstep, Target> {
  private readonly access: Access;

  constructor(access: Access) {
    this.access = access;
  }

  check(): boolean {
    return true;
  }

  run(lockstep: Lockstep): void {
    ran++;
    lockstep.access(this.access);
  }

  toString(): string {
    return 'access';
  }
}

/** fast-check's commands with modelRun: the same accesses, target and model, in pieces of a hundred. */
function fastCheck(accesses: readonly Access[]): number {
  const elapsed = startStopwatch();
  const lockstep = fresh();
  for (let at = 0; at < accesses.length; at += 100) {
    const piece = accesses.slice(at, at + 100).map((access) => fc.constant(new Operation(access)));
    fc.assert(
      fc.property(fc.commands(piece, { size: 'max', maxCommands: 100 }), (commands) => {
        fc.modelRun(() => ({ model: lockstep, real: {} as Target }), commands);
      }),
      { numRuns: 1, seed: 1 },
    );
  }
  return elapsed() / 1000;
}

/** Accesses a second of the C program, which measures itself, and how many of its answers are those of the target. */
function native(accesses: readonly Access[]): { rates: number[]; same: string } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'barometer-bench-'));
  try {
    const program = compile('bench/lockstep/loop.c', join(directory, 'loop'));
    if (program === undefined) return undefined;
    const files = [join(directory, 'machine'), join(directory, 'stream')] as const;
    writeFileSync(
      files[0],
      describeRegisters(() => createEmulated({ layout: DEFAULT_LAYOUT }), functionsOf()),
    );
    writeFileSync(files[1], writeStream(accesses, fresh().machine));
    const runs = Array.from({ length: options.rounds }, () => runNative(program, [...files, '10']));
    return {
      rates: runs.map(({ seconds }) => (10 * accesses.length) / seconds),
      same: /^same (.*)$/m.exec(runs[0]?.output ?? '')?.[1] ?? '',
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Functions of the first segment. */
function functionsOf(): number[] {
  return topology.functions.map(({ bdf }) => bdf).filter((bdf) => bdf < 0x10000);
}

const accesses = recorded();
const rates = { swept: [] as number[], asked: [] as number[], bare: [] as number[], fastCheck: [] as number[] };
for (let round = 0; round <= options.rounds; round++) {
  const swept = withSweeps();
  const plain = bare(accesses);
  ran = 0;
  const seconds = fastCheck(accesses);
  if (round === 0) continue;
  rates.swept.push(swept.checked / swept.seconds);
  rates.asked.push(swept.asked / swept.seconds);
  rates.bare.push(accesses.length / plain);
  rates.fastCheck.push(ran / seconds);
}
const loop = native(accesses);
const reference = median(rates.fastCheck);
printTable('Accesses a second on the emulated target (medians; thousands)', [
  ['', 'thousand/s', 'against fast-check'],
  ...Object.entries({
    'checked, sweeps included': rates.swept,
    'asked for by programs, sweeps on top': rates.asked,
    'the same accesses alone': rates.bare,
    'the same by fast-check commands and modelRun': rates.fastCheck,
    ...(loop === undefined ? {} : { 'the same by a C program': loop.rates }),
  }).map(([name, values]) => [name, (median(values) / 1000).toFixed(0), (median(values) / reference).toFixed(1)]),
]);
print('\nThe goal is 20 times fast-check, and a third of the C program.');
if (loop !== undefined) {
  print(
    `against C: ${(median(rates.bare) / median(loop.rates)).toFixed(3)}; its answers are those of the target in ${loop.same}`,
  );
}
