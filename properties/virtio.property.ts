/** Virtio over PCI: the registers of the common configuration. */

import fc from 'fast-check';
import { test } from 'vitest';
import type { Guest } from './support/guest.ts';
import { bitOf, dword, law } from './support/law.ts';
import { COMMON, driver, MOST, QUEUES, VECTORS } from './support/virtio.ts';

const at = (offset: number) => COMMON + BigInt(offset);

/** Selects a queue and looks at its size, as drivers do. */
function select(guest: Guest, queue: number): void {
  guest.memoryWrite(at(0x16), 2, BigInt(queue));
  guest.memoryRead(at(0x18), 2);
  guest.memoryRead(at(0x1c), 2);
}

const walk = fc.array(
  fc.tuple(fc.integer({ min: 0, max: QUEUES - 1 }), fc.integer({ min: 0, max: 5 }), dword(), fc.boolean()),
  { minLength: 1, maxLength: 12 },
);

test(
  'VIO-012: each half of each address of each queue reads back by itself, in any order',
  law(fc.tuple(walk, fc.nat(), fc.nat()), ([writes, drawn, which]) => {
    const guest = driver(true);
    for (const [queue, half, data, other] of writes) {
      select(guest, queue);
      const aligned = half % 2 === 1 ? data : (data & ~15) >>> 0;
      guest.memoryWrite(at(0x20 + 4 * half), 4, BigInt(aligned));
      const place = at(0x20 + 4 * (other ? half : half ^ 1));
      const answer = guest.memoryRead(place, 4);
      const firm = half % 2 === (other ? 1 : 0) ? 0xffffffff : 0xfffffff0;
      // What was never read nor written may hold anything.
      if (other) guest.mustNotRead(answer ^ BigInt(bitOf(firm, drawn) ?? 16), 'VIO-012');
    }
    guest.check(which);
  }),
);

test(
  'VIO-008: a vector register holds an existing vector or none',
  law(
    fc.tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.integer({ min: 0, max: QUEUES }), fc.integer({ min: 0, max: 8 })), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 0, max: 0xfffe }),
      fc.nat(),
    ),
    ([generous, writes, drawn, which]) => {
      const guest = driver(generous);
      for (const [queue, vector] of writes) {
        const configuration = queue === QUEUES;
        if (!configuration) select(guest, queue);
        const place = at(configuration ? 0x10 : 0x1a);
        guest.memoryWrite(place, 2, BigInt(vector === 8 ? 0xffff : vector));
        guest.memoryRead(place, 2);
        const wrong = vector < VECTORS && drawn === vector ? drawn + 1 : drawn;
        guest.mustNotRead(wrong, 'VIO-008');
      }
      guest.check(which);
    },
  ),
);

test(
  'VIO-009, VIO-011: queues beyond the last one have no size, and a reset gives back the others as they were',
  law(
    fc.tuple(walk, fc.integer({ min: QUEUES, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }), fc.nat()),
    ([writes, beyond, size, which]) => {
      const guest = driver(true);
      for (const [queue, vector, , enable] of writes) {
        select(guest, queue);
        guest.memoryWrite(at(0x1a), 2, BigInt(vector));
        if (enable) guest.memoryWrite(at(0x1c), 2, 1n);
        guest.memoryRead(at(0x1a), 2);
      }
      guest.memoryWrite(at(0x16), 2, BigInt(beyond));
      guest.memoryRead(at(0x18), 2);
      guest.mustNotRead(size, 'VIO-009');
      guest.memoryWrite(at(0x14), 1, 0n);
      guest.memoryRead(at(0x14), 1);
      guest.memoryRead(at(0x12), 2);
      for (let queue = 0; queue < QUEUES; queue++) {
        select(guest, queue);
        guest.mustNotRead(1, 'VIO-011');
        guest.memoryRead(at(0x1a), 2);
        guest.mustNotRead(size % VECTORS, 'VIO-011');
      }
      guest.memoryWrite(at(0x16), 2, 0n);
      guest.memoryWrite(at(0x18), 2, BigInt(MOST >> (size % 8)));
      guest.memoryRead(at(0x18), 2);
      guest.check(which);
    },
  ),
);
