/** A recording as the C program reads it: a head, then 24 bytes a step, all in the machine's byte order. */

import { endianness } from 'node:os';
import { Access, CONFIG } from '../../src/access/access.ts';
import type { Event } from '../../src/access/event.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import type { Scenario } from '../support/scenarios.ts';

const HEAD = 8;
const WORDS = 6;

/** Kinds of steps. */
const READ = 0;
const WRITE = 1;
const MESSAGE = 2;
const RESET = 3;
const OTHER = 4;

export function streamOf({ recording, machine }: Scenario): Uint8Array {
  const access = new Access();
  return writeStream(
    Array.from({ length: recording.length }, (_, row) => recording.read(row, access) ?? new Access().assign(access)),
    machine,
  );
}

/** Accesses and events in their order; those of a kind that the C programs leave out are there, but empty. */
export function writeStream(rows: readonly (Access | Event)[], machine: MachineDescription): Uint8Array {
  if (endianness() !== 'LE') throw new Error('the stream is little-endian');
  const words = new Int32Array(HEAD + WORDS * rows.length);
  const [ecam] = machine.ecam;
  const { ioWindow } = machine;
  words.set([
    rows.length,
    machine.cam ? 1 : 0,
    ecam?.baseHi ?? 0,
    ecam?.baseLo ?? 0,
    ecam === undefined ? 0 : ecam.lastBus - ecam.firstBus + 1,
    ioWindow?.loHi ?? 0,
    ioWindow?.loLo ?? 0,
    ioWindow === undefined ? 0 : ioWindow.hiLo - ioWindow.loLo + 1,
  ]);
  for (const [row, what] of rows.entries()) {
    const at = HEAD + WORDS * row;
    if (what instanceof Access) {
      // A source that does not tell the width means 4 bytes at most.
      const width = what.width === 0 && what.space === CONFIG ? 4 - (what.addressLo & 3) : what.width;
      const { addressHi, addressLo, valueHi, valueLo } = what;
      words.set([what.write ? WRITE : READ, (what.space << 8) | width, addressHi, addressLo, valueHi, valueLo], at);
    } else if (what.kind === 'message') {
      words.set([MESSAGE, 0, what.addressHi, what.addressLo, 0, what.data], at);
    } else {
      words[at] = what.kind === 'reset' ? RESET : OTHER;
    }
  }
  return new Uint8Array(words.buffer);
}
