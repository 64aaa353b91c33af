/** Speed on a live QEMU: checked configuration accesses a second, against a synchronous C client of the same machine. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access, MEMORY, PORT } from '../../src/access/access.ts';
import type { Space } from '../../src/access/access.ts';
import type { EcamRange } from '../../src/access/machine.ts';
import type { Target } from '../../src/access/target.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { openTarget } from '../../src/targets/open.ts';
import { TargetError } from '../../src/targets/target-error.ts';
import { accessLine } from '../../src/targets/wire/lines.ts';
import { placeEcam } from '../../src/targets/wire/q35.ts';
import { qemuCommand } from '../../src/targets/wire/qemu.ts';
import { benchOptions } from '../support/options.ts';
import { compile, runNative } from '../support/native.ts';
import { median, percent, print, printTable } from '../support/print.ts';

const options = benchOptions({
  machine:
    '-machine q35 -device e1000e,addr=4 -device edu,addr=5 -device nec-usb-xhci,addr=6 -device pcie-root-port,id=p,addr=7',
  rounds: 5,
  /** Times that the accesses are carried out in one round. */
  times: 20,
});

/** What is measured: accesses, and how the harness carries them out, if not as they are. */
interface Kind {
  list: Access[];
  carry: () => void;
}

function kinds(lockstep: Lockstep, functions: readonly number[]): Record<string, Kind> {
  const ecam = lockstep.machine.ecam[0];
  const plain = (list: Access[]): Kind => ({ list, carry: () => lockstep.accessAll(list) });
  const found: Record<string, Kind> = { 'configuration space, by its ports': plain(headers(functions)) };
  if (ecam === undefined) return found;
  const sizes = lockstep.images(functions).map((image) => image?.length ?? 0);
  const list = spaces(functions, sizes, ecam);
  found['whole configuration spaces, by ECAM'] = plain(list);
  found['whole configuration spaces, as a sweep looks at them'] = { list, carry: () => compare(lockstep, functions) };
  return found;
}

/** As a sweep does after each step: registers of which the model would say that they are wrong, or new, are read. */
function compare(lockstep: Lockstep, functions: readonly number[]): void {
  const offsets: number[] = [];
  for (const [index, image] of lockstep.images(functions).entries())
    if (image !== undefined) lockstep.queries.telling(functions[index]!, image, offsets);
  if (offsets.length > 0) throw new Error('not all that an image shows was known: the figures would mean nothing');
}

interface Rate {
  /** Accesses a second. */
  rate: number;
  /** Part of the time in which QEMU was at work. */
  machine: number;
}

/** None is beyond the last port. */
const lineOf = (one: Access): string => accessLine(one)!;

function access(write: boolean, space: Space, lo: number, value = 0): Access {
  const one = new Access();
  one.write = write;
  one.space = space;
  one.addressLo = lo | 0;
  one.valueLo = value | 0;
  return one;
}

/** The first 256 bytes of each function, each dword by its index. */
function headers(functions: readonly number[]): Access[] {
  return functions.flatMap((bdf) =>
    Array.from({ length: 64 }, (_, d) => [
      access(true, PORT, 0xcf8, 0x80000000 + (bdf << 8) + 4 * d),
      access(false, PORT, 0xcfc),
    ]).flat(),
  );
}

/** All dwords of each function, of so many bytes. */
function spaces(functions: readonly number[], sizes: readonly number[], ecam: EcamRange): Access[] {
  return functions.flatMap((bdf, index) =>
    Array.from({ length: sizes[index]! >>> 2 }, (_, d) => access(false, MEMORY, ecam.baseLo + bdf * 4096 + 4 * d)),
  );
}

/** Nanoseconds of processor time that the QEMU has used which this process has started. */
function usedByQemu(): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      // It has ended meanwhile.
      continue;
    }
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    const fields = rest.split(' ');
    // Ticks of 10 ms on every Linux that Node runs on.
    if (name.startsWith('qemu-system') && fields[1] === String(process.pid))
      return (Number(fields[11]) + Number(fields[12])) * 1e7;
  }
  return 0;
}

/** In lockstep with the model, so that each answer is checked; enumeration comes first. */
function ours(target: Target): { rates: Record<string, Rate[]>; setUp: string[]; lists: Record<string, Access[]> } {
  const setUp: string[] = [];
  let divergences = 0;
  let quiet = false;
  const lockstep = new Lockstep(target, {
    choices: {},
    skip: new Set(),
    divergence: () => void divergences++,
    watch: (what) => {
      if (what instanceof Access && !quiet) setUp.push(lineOf(what));
    },
  });
  placeEcam({ ...target, access: (one: Access) => lockstep.access(one) });
  const functions = lockstep.topology.functions.map(({ bdf }) => bdf);
  const before = divergences;
  quiet = true;
  const rates: Record<string, Rate[]> = {};
  const lists: Record<string, Access[]> = {};
  for (const [name, { list, carry }] of Object.entries(kinds(lockstep, functions))) {
    lists[name] = list;
    rates[name] = [];
    carry();
    for (let round = 0; round < options.rounds; round++) {
      const used = usedByQemu();
      const elapsed = startStopwatch();
      for (let time = 0; time < options.times; time++) carry();
      const seconds = elapsed() / 1000;
      const rate = (options.times * list.length) / seconds;
      rates[name].push({ rate, machine: (usedByQemu() - used) / 1e9 / seconds });
    }
  }
  if (divergences > before)
    throw new Error('an answer was not what the model expected: the figures would mean nothing');
  return { rates, setUp, lists };
}

/** By the C client; undefined where there is no compiler. */
function native(folder: string, setUp: readonly string[], list: readonly Access[]): Rate[] | undefined {
  const client = compile('bench/qtest/client.c', join(folder, 'client'));
  if (client === undefined) return undefined;
  const file = join(folder, 'commands');
  writeFileSync(file, [...setUp, '-\n', ...list.map(lineOf)].join(''));
  const { command } = qemuCommand(options.machine);
  return Array.from({ length: options.rounds }, () => {
    const socket = join(folder, 'socket');
    rmSync(socket, { force: true });
    const { seconds, output } = runNative(client, [String(options.times), file, socket, command]);
    const said = (word: string): number => Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(output)?.[1]);
    if (said('different') !== 0) throw new Error('the C client had other answers than before');
    return { rate: (options.times * list.length) / seconds, machine: said('machine') / 1e9 / seconds };
  });
}

function main(target: Target): void {
  const folder = mkdtempSync(join(tmpdir(), 'barometer-bench-'));
  try {
    const { rates, setUp, lists } = ours(target);
    const rows = Object.entries(rates).map(([name, mine]) => {
      const other = native(folder, setUp, lists[name]!);
      const rate = (all: readonly Rate[]): number => median(all.map((one) => one.rate));
      const share = (all: readonly Rate[]): string => percent(median(all.map(({ machine }) => machine)), 1);
      const ratio = other === undefined ? '-' : (rate(mine) / rate(other)).toFixed(2);
      const theirs = other === undefined ? ['-', '-'] : [(rate(other) / 1000).toFixed(0), share(other)];
      return [name, (rate(mine) / 1000).toFixed(0), share(mine), ...theirs, ratio];
    });
    printTable('Checked accesses a second on QEMU (medians)', [
      ['', 'thousand/s', 'QEMU busy, %', 'C client, thousand/s', 'QEMU busy, %', 'ratio'],
      ...rows,
    ]);
    print('\nThe goal is 5 times the C client for configuration accesses, and 20 times for sweeps.');
  } finally {
    target.close?.();
    rmSync(folder, { recursive: true, force: true });
  }
}

let open: (() => Target) | undefined;
try {
  open = await openTarget(`qemu:${options.machine}`);
} catch (error) {
  if (!(error instanceof TargetError)) throw error;
  print(`left out: ${error.message}`);
}
if (open !== undefined) main(open());
