import { expect, test } from 'vitest';
import { BulkImages } from './bulk-images.ts';

const ECAM = { baseHi: 0, baseLo: 0xb0000000 | 0, firstBus: 0, lastBus: 1, segment: 0 };
const DEVICE = 0x0008;
const PLACE = 0xb0000000 + DEVICE * 4096;

/** A machine with one function of these bytes; ones elsewhere. `asked`: first and last byte of each read of the function. */
function machine(bytes: Buffer): { images: BulkImages; asked: [number, number][] } {
  const asked: [number, number][] = [];
  const ask = (lines: readonly string[]): string[] =>
    lines.map((line) => {
      const [, address, size] = /^b64read (0x[0-9a-f]+) (\d+)\n$/.exec(line) ?? [];
      const at = Number(address) - PLACE;
      const answer = Buffer.alloc(Number(size), 0xff);
      if (at >= 0 && at < 4096) {
        asked.push([at, at + answer.length - 1]);
        bytes.copy(answer, 0, at, at + answer.length);
      }
      return `OK ${answer.toString('base64')}`;
    });
  return { images: new BulkImages(ask, ECAM), asked };
}

/** A function with capabilities at these offsets: identity, and what stands behind the pointer to the next. */
function configuration(size: number, vendor: number, list: readonly [at: number, id: number, type?: number][]): Buffer {
  const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) & 0xff));
  bytes.writeUInt16LE(vendor, 0);
  let pointer = 0x34;
  for (const [at, id, type = 0] of list) {
    bytes[pointer] = at;
    bytes.set([id, 0, 20, type], at);
    pointer = at + 1;
  }
  return bytes;
}

test('all bytes of functions that answer', () => {
  const bytes = configuration(4096, 0x8086, []);
  const { images } = machine(bytes);
  // Another bus, and another segment, than ECAM reaches.
  expect(images.read([0x0010, DEVICE, 0x0208, 0x10008]).map((image) => image && Buffer.compare(image, bytes))).toEqual([
    undefined,
    0,
    undefined,
    undefined,
  ]);
});

test('a conventional function ends at 256 bytes', () => {
  const bytes = configuration(256, 0x8086, []);
  const { images } = machine(bytes);
  expect(images.read([DEVICE])).toEqual([bytes]);
});

test("the data of virtio's window is not read", () => {
  const bytes = configuration(4096, 0x1af4, [
    [0x98, 0x11],
    [0x40, 0x09, 1],
    [0x60, 0x09, 5],
  ]);
  const { images, asked } = machine(bytes);
  for (let times = 0; times < 2; times++) {
    const [image] = images.read([DEVICE]);
    const expected = Buffer.from(bytes).fill(0, 0x70, 0x74);
    expect(Buffer.compare(image!, expected)).toBe(0);
  }
  expect(asked.some(([first, last]) => first < 0x74 && last >= 0x70)).toBe(false);
});

test('a list that goes round in circles, and one without the window', () => {
  const circle = configuration(4096, 0x1af4, [
    [0x40, 0x09, 1],
    [0x50, 0x11],
  ]);
  circle[0x51] = 0x40;
  for (const bytes of [circle, configuration(4096, 0x1af4, [[0x40, 0x09, 1]])])
    expect(Buffer.compare(machine(bytes).images.read([DEVICE])[0]!, bytes)).toBe(0);
});

test('where ECAM has gone, nothing is seen', () => {
  expect(machine(Buffer.alloc(4096)).images.read([DEVICE])).toEqual([]);
  expect(machine(Buffer.alloc(4096, 0xff)).images.read([DEVICE, 0x0010])).toEqual([]);
});
