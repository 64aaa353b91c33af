/**
 * Sees messages on a target that does not tell of them: a part of guest RAM that no guest uses is looked at behind every
 * access that may send one, and filled again. Of several messages to one dword between two looks the last is seen.
 */

import { MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { EcamRange } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import { differenceHi, differenceLo } from '../../core/pair.ts';
import type { Follower } from '../wire/wire-target.ts';

/** Byte by which an empty place is known: no message has such data by chance. */
const EMPTY = 0x5a;
const EMPTY_DWORD = 0x5a5a5a5a;

/** Ports of configuration space: CONFIG_ADDRESS and CONFIG_DATA. */
const CAM_FIRST = 0xcf8;
const CAM_LAST = 0xcff;

const NONE: readonly string[] = [];

/** Guest RAM in which messages are looked for. */
export interface MessagePlace {
  base: number;
  size: number;
}

export class MessageObserver implements Follower {
  private readonly base: number;
  private readonly size: number;
  private ecam: readonly EcamRange[] = [];
  private readonly lines: readonly string[];
  private readonly empty: string;
  private isOn = false;
  private polled = '';

  /** `base`: address below 4 GiB; `size`: bytes, a multiple of 4. */
  constructor({ base, size }: MessagePlace) {
    this.base = base;
    this.size = size;
    const place = `${formatHex(0, base)} ${size}`;
    this.lines = [`b64read ${place}\n`, `memset ${place} ${formatHex(0, EMPTY)}\n`];
    this.empty = `OK ${Buffer.alloc(size, EMPTY).toString('base64')}`;
  }

  /** Lines that have to be sent once before the first look. `ecam`: where configuration space is read, which sends nothing. */
  begin(ecam: readonly EcamRange[]): readonly string[] {
    this.ecam = ecam;
    this.isOn = true;
    return this.lines.slice(1);
  }

  /** From now on nothing is looked at behind accesses; messages stay where they are until `look`. */
  pause(): void {
    this.isOn = false;
  }

  /** The lines of one look; `seen` understands their answers. It goes on behind accesses from now on. */
  look(): readonly string[] {
    this.isOn = true;
    return this.lines;
  }

  behind(access: Access): readonly string[] {
    return this.isOn && this.mayCause(access) ? this.lines : NONE;
  }

  isOwn(line: string): boolean {
    return this.lines.includes(line) || this.isPoll(line);
  }

  isPoll(line: string): boolean {
    return line === this.polled;
  }

  /** What was waited for is there, or did not come. */
  endPoll(): void {
    this.polled = '';
  }

  /** The line that asks for a dword of RAM while a device works, which is nobody's access. */
  poll(address: number): string {
    return (this.polled = `readl 0x${address.toString(16)}\n`);
  }

  heard(access: Access, answers: readonly string[]): readonly Event[] {
    // What the guest itself wrote there is no message.
    return this.isWrittenBy(access) ? [] : this.seen(answers);
  }

  /** The messages of one look, by address. Where the place is no memory any more, it is a gap: nobody knows what was sent. */
  seen([answer = '']: readonly string[]): readonly Event[] {
    if (answer === this.empty) return [];
    const bytes = Buffer.from(answer.slice(3), 'base64');
    const events: Event[] = [];
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const data = bytes.readInt32LE(at);
      if (data === EMPTY_DWORD) continue;
      events.push({ kind: 'message', addressHi: 0, addressLo: (this.base + at) | 0, data, dataMask: -1 });
    }
    return 4 * events.length < this.size ? events : [{ kind: 'gap' }];
  }

  /** Whether anything may be sent because of an access. A read of configuration space has no effect. */
  private mayCause({ write, space, addressHi, addressLo }: Access): boolean {
    if (write) return space !== PORT || addressLo !== CAM_FIRST;
    if (space === PORT) return addressLo < CAM_FIRST || addressLo > CAM_LAST;
    return !this.ecam.some(({ baseHi, baseLo, firstBus, lastBus }) => {
      const distance = differenceLo(addressLo, baseLo) >>> 0;
      return differenceHi(addressHi, addressLo, baseHi, baseLo) === 0 && distance >>> 20 <= lastBus - firstBus;
    });
  }

  private isWrittenBy({ write, space, addressHi, addressLo, width }: Access): boolean {
    if (!write || space !== MEMORY || addressHi !== 0) return false;
    const distance = (addressLo >>> 0) - this.base;
    return distance > -width && distance < this.size;
  }
}
