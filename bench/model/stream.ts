/** A recording as the C program reads it: a head, then 24 bytes a step, all in the machine's byte order. */

import { endianness } from 'node:os';
import { Access, CONFIG } from '../../src/access/access.ts';
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
  if (endianness() !== 'LE') throw new Error('the stream is little-endian');
  const words = new Int32Array(HEAD + WORDS * recording.length);
  const [ecam] = machine.ecam;
  const { ioWindow } = machine;
  words.set([
    recording.length,
    machine.cam ? 1 : 0,
    ecam?.baseHi ?? 0,
    ecam?.baseLo ?? 0,
    ecam === undefined ? 0 : ecam.lastBus - ecam.firstBus + 1,
    ioWindow?.loHi ?? 0,
    ioWindow?.loLo ?? 0,
    ioWindow === undefined ? 0 : ioWindow.hiLo - ioWindow.loLo + 1,
  ]);
  const access = new Access();
  for (let row = 0; row < recording.length; row++) {
    const event = recording.read(row, access);
    const at = HEAD + WORDS * row;
    if (event === undefined) {
      // A source that does not tell the width means 4 bytes at most.
      const width = access.width === 0 && access.space === CONFIG ? 4 - (access.addressLo & 3) : access.width;
      const { addressHi, addressLo, valueHi, valueLo } = access;
      words.set([access.write ? WRITE : READ, (access.space << 8) | width, addressHi, addressLo, valueHi, valueLo], at);
    } else if (event.kind === 'message') {
      words.set([MESSAGE, 0, event.addressHi, event.addressLo, 0, event.data], at);
    } else {
      words[at] = event.kind === 'reset' ? RESET : OTHER;
    }
  }
  return new Uint8Array(words.buffer);
}
