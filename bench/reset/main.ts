/** What makes a used QEMU as good as new, and what that costs: machine reset, inverse writes, both, a new process. */

import { Access, MEMORY, PORT } from '../../src/access/access.ts';
import type { Space, Width } from '../../src/access/access.ts';
import type { Target } from '../../src/access/target.ts';
import { FULL } from '../../src/campaign/strategy.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { Session } from '../../src/check/lockstep/session.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { randomStream } from '../../src/core/random.ts';
import { openTarget } from '../../src/targets/open.ts';
import { TargetError } from '../../src/targets/target-error.ts';
import { placeEcam } from '../../src/targets/wire/q35.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';

const options = benchOptions({ runs: 20, seed: 'reset' });

/** Rocker has a test register that sends a message, and is at this place. */
const WORDS = '-machine q35 -device rocker,addr=4 -device e1000,addr=5 -device qemu-xhci,addr=6 -device edu,addr=7';
const ROCKER = 0x0020;
const ECAM = 0xb0000000;
const TABLE = 0xe0002000;
const TEST_IRQ = 0xe0000020;
const PLACE = 0x100000;
const NOTHING = 0x5a5a5a5a;

const BUS_0 = Array.from({ length: 256 }, (_, bdf) => bdf);

interface Method {
  name: string;
  /** Carries it out; `before`: configuration space of bus 0 at power-on. */
  apply: (target: Target, before: State) => void;
}

type State = readonly (Uint8Array | undefined)[];

function carry(target: Target, write: boolean, space: Space, address: number, width: Width, value = 0): number {
  const access = new Access();
  Object.assign(access, { write, space, addressLo: address | 0, width, valueLo: value | 0 });
  target.access(access);
  return access.valueLo >>> 0;
}

function reset(target: Target): void {
  carry(target, true, PORT, 0xcf9, 1, 6);
  // QEMU resets between two chunks of commands.
  carry(target, false, PORT, 0xcfc, 4);
  placeEcam(target);
}

/** Writes what the registers held that hold something else. */
function writeBack(target: Target, before: State): void {
  placeEcam(target);
  for (const [bdf, image] of stateOf(target).entries()) {
    const old = before[bdf];
    if (image === undefined || old === undefined) continue;
    for (let at = 0; at < Math.min(image.length, old.length); at += 4) {
      const value = Buffer.from(old.buffer, old.byteOffset).readInt32LE(at);
      if (Buffer.from(image.buffer, image.byteOffset).readInt32LE(at) !== value)
        carry(target, true, MEMORY, ECAM + 4096 * bdf + at, 4, value);
    }
  }
}

const METHODS: readonly Method[] = [
  { name: 'machine reset', apply: reset },
  { name: 'inverse writes', apply: writeBack },
  {
    name: 'machine reset, then inverse writes',
    apply: (target, before) => {
      reset(target);
      writeBack(target, before);
    },
  },
];
const FRESH = 'new process';

const stateOf = (target: Target): State => target.images!(BUS_0).map((image) => image && Buffer.from(image));

/** Bytes of configuration space that are not as they were. */
function different(one: State, other: State): number {
  let bytes = 0;
  for (const [bdf, image] of one.entries()) {
    const theirs = other[bdf];
    for (let at = 0; at < Math.max(image?.length ?? 0, theirs?.length ?? 0); at++)
      if (image?.[at] !== theirs?.[at]) bytes++;
  }
  return bytes;
}

/** Whether rocker, whose MSI-X is off after power-on, sends a message. */
function sends(target: Target): boolean {
  const config = (offset: number, width: Width, value: number): void =>
    void carry(target, true, MEMORY, ECAM + 4096 * ROCKER + offset, width, value);
  config(0x10, 4, TEST_IRQ & ~0xfff);
  config(0x14, 4, TABLE);
  config(0x04, 2, 6);
  carry(target, true, MEMORY, PLACE, 4, NOTHING);
  for (const [index, dword] of [PLACE, 0, 1, 0].entries()) carry(target, true, MEMORY, TABLE + 4 * index, 4, dword);
  carry(target, true, MEMORY, TEST_IRQ, 4, 0);
  return carry(target, false, MEMORY, PLACE, 4) !== NOTHING;
}

/** One program of a campaign, and then MSI-X is on. */
function use(target: Target, run: number): void {
  const lockstep = new Lockstep(target, { choices: {}, skip: new Set(), divergence: () => undefined });
  const { topology, machine } = lockstep;
  new Session(lockstep).run(FULL.program(randomStream(`${options.seed}/${run}`), topology, machine.caps).program);
  placeEcam(target);
  carry(target, true, MEMORY, ECAM + 4096 * ROCKER + 0x42, 2, 0x8000);
}

interface Outcome {
  milliseconds: number;
  bytes: number;
  sends: boolean;
}

function main(open: () => Target): void {
  let target = open();
  const before = stateOf(target);
  const outcomes = new Map<string, Outcome[]>([...METHODS.map(({ name }) => name), FRESH].map((name) => [name, []]));
  const note = (name: string, milliseconds: number): void =>
    void outcomes.get(name)!.push({ milliseconds, bytes: different(before, stateOf(target)), sends: sends(target) });
  for (let run = 0; run < options.runs; run++) {
    for (const { name, apply } of METHODS) {
      use(target, run);
      const elapsed = startStopwatch();
      apply(target, before);
      note(name, elapsed());
      target = open();
    }
    const elapsed = startStopwatch();
    target = open();
    note(FRESH, elapsed());
  }
  target.close?.();
  printTable(`After one program each, ${options.runs} times`, [
    [
      '',
      'milliseconds, median',
      'registers as at power-on',
      'bytes that are not, at most',
      'sends though MSI-X is off',
    ],
    ...[...outcomes].map(([name, all]) => [
      name,
      median(all.map(({ milliseconds }) => milliseconds)).toFixed(1),
      String(all.filter(({ bytes }) => bytes === 0).length),
      String(Math.max(...all.map(({ bytes }) => bytes))),
      String(all.filter((one) => one.sends).length),
    ]),
  ]);
  // What each campaign and each run of the shrinker begins with.
  process.exitCode = outcomes.get(FRESH)!.every((one) => one.bytes === 0 && !one.sends) ? 0 : 1;
}

let open: (() => Target) | undefined;
try {
  open = await openTarget(`qemu:${WORDS}`);
} catch (error) {
  if (!(error instanceof TargetError)) throw error;
  print(`left out: ${error.message}`);
}
if (open !== undefined) main(open);
