/**
 * Configuration space of functions in a few bulk reads through ECAM, of a target whose bulk reads cost little. A read of
 * configuration space has no effect, but for one register: the data of virtio's window to its BARs (virtio 1.2, 4.1.4.9),
 * which is left out.
 */

import type { EcamRange } from '../../access/machine.ts';
import { formatHex } from '../../core/hex.ts';
import { sumHi, sumLo } from '../../core/pair.ts';

const FUNCTION_BYTES = 4096;
/** What a function without extended configuration space has. */
const CONVENTIONAL_BYTES = 256;
const HEADER_BYTES = 64;

const VENDOR_SPECIFIC = 0x09;
const VIRTIO = 0x1af4;
/** Type of the capability with the window, and where its data is (virtio 1.2, 4.1.4.9). */
const WINDOW = 5;
const WINDOW_DATA = 16;
/** Capabilities that 192 bytes can hold: a list that is longer goes round in circles. */
const CAPABILITIES_AT_MOST = 48;

interface Found {
  bdf: number;
  header: Buffer;
  size: number;
  /** Offset of a dword that is not read; `size`: none. */
  hole: number;
}

export class BulkImages {
  private readonly ask: (lines: readonly string[]) => readonly string[];
  private readonly ecam: EcamRange;
  /** Offset of the window's data, by the function's number and header: a list is walked once. */
  private readonly windows = new Map<string, number>();

  /** `ask`: sends lines and returns their answers, each `OK …`. */
  constructor(ask: (lines: readonly string[]) => readonly string[], ecam: EcamRange) {
    this.ask = ask;
    this.ecam = ecam;
  }

  /**
   * Undefined: nobody answers there. A byte that was not read is 0. Empty: nothing is seen at all, since the guest has put
   * ECAM elsewhere.
   */
  read(bdfs: readonly number[]): (Uint8Array | undefined)[] {
    const inside = bdfs.filter((bdf) => this.isInside(bdf));
    const heads = this.ask(
      inside.flatMap((bdf) => [this.line(bdf, 0, HEADER_BYTES), this.line(bdf, CONVENTIONAL_BYTES, 4)]),
    );
    const found = inside.flatMap((bdf, index): Found[] => {
      const header = bytesOf(heads[2 * index]);
      if (header.readUInt16LE(0) === 0xffff) return [];
      // Nobody answers for extended configuration space of a conventional function.
      const size = bytesOf(heads[2 * index + 1]).readInt32LE(0) === -1 ? CONVENTIONAL_BYTES : FUNCTION_BYTES;
      return [{ bdf, header, size, hole: size }];
    });
    if (found.every(({ header }) => header.readUInt16LE(0) === 0)) return [];
    for (const one of found) if (one.header.readUInt16LE(0) === VIRTIO) one.hole = this.window(one);
    const pieces = found
      .flatMap(({ bdf, size, hole }) => [
        { bdf, from: HEADER_BYTES, to: Math.min(hole, size) },
        { bdf, from: hole + 4, to: size },
      ])
      .filter(({ from, to }) => from < to);
    const images = new Map(found.map(({ bdf, header, size }) => [bdf, Buffer.concat([header], size)]));
    const answers = this.ask(pieces.map(({ bdf, from, to }) => this.line(bdf, from, to - from)));
    for (const [index, { bdf, from }] of pieces.entries()) bytesOf(answers[index]).copy(images.get(bdf)!, from);
    return bdfs.map((bdf) => images.get(bdf));
  }

  private window({ bdf, header }: Found): number {
    const key = `${bdf} ${header.toString('latin1', 0, 4)} ${header[0x34]}`;
    let offset = this.windows.get(key);
    if (offset === undefined) this.windows.set(key, (offset = this.findWindow(bdf, header[0x34]! & 0xfc)));
    return offset;
  }

  private findWindow(bdf: number, first: number): number {
    let at = first;
    for (let count = 0; at >= HEADER_BYTES && count < CAPABILITIES_AT_MOST; count++) {
      const head = bytesOf(this.ask([this.line(bdf, at, 4)])[0]);
      if (head[0] === VENDOR_SPECIFIC && head[3] === WINDOW) return at + WINDOW_DATA;
      at = head[1]! & 0xfc;
    }
    return FUNCTION_BYTES;
  }

  private isInside(bdf: number): boolean {
    const { segment, firstBus, lastBus } = this.ecam;
    const bus = (bdf >>> 8) & 0xff;
    return bdf >>> 16 === segment && bus >= firstBus && bus <= lastBus;
  }

  private line(bdf: number, offset: number, size: number): string {
    const { baseHi, baseLo, firstBus } = this.ecam;
    const distance = ((bdf & 0xffff) - (firstBus << 8)) * FUNCTION_BYTES + offset;
    return `b64read ${formatHex(sumHi(baseHi, baseLo, 0, distance), sumLo(baseLo, distance))} ${size}\n`;
  }
}

function bytesOf(answer = ''): Buffer {
  return Buffer.from(answer.slice(3), 'base64');
}
