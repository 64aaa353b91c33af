import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Access, MEMORY, PORT } from '../../access/access.ts';
import type { Width } from '../../access/access.ts';
import { createEmulated, randomLayout } from '../emulated/index.ts';
import { Conversation } from './conversation.ts';

interface Step {
  write: boolean;
  port: boolean;
  width: Width;
  address: bigint;
  value: bigint;
}

const LETTERS: Readonly<Record<number, string>> = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' };

/** RAM, ECAM of the first buses, apertures, the top. */
const PLACES = [0n, 0x7fffff0n, 0xb0000000n, 0x4000000000n, 0xc0000000n, 0xfffffffffffffff0n];

const step = fc.record<Step>({
  write: fc.boolean(),
  port: fc.boolean(),
  width: fc.constantFrom<Width>(1, 2, 4, 8),
  address: fc
    .tuple(fc.constantFrom(...PLACES), fc.oneof(fc.bigInt(0n, 15n), fc.bigInt(0n, 0xfffffn)))
    .map(([place, offset]) => BigInt.asUintN(64, place + offset)),
  value: fc.bigInt(0n, 0xffffffffffffffffn),
});

/** Ports 0xcf0 to 0xd0f, or anywhere. */
function portOf(address: bigint): number {
  return (address & 0x20n) === 0n ? 0xcf0 + Number(address & 0x1fn) : Number(address & 0xffffn);
}

test('a line does what the access does: the same answers on a twin', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.array(step, { maxLength: 40 }), (seed, steps) => {
      const layout = randomLayout(`twin ${seed}`);
      const [direct, served] = [createEmulated({ layout }), new Conversation(createEmulated({ layout }))];
      for (const { write, port, width: wanted, address: place, value } of steps) {
        const width = port && wanted === 8 ? 4 : wanted;
        const address = port ? BigInt(portOf(place)) : place;
        const cut = BigInt.asUintN(width * 8, value);
        const access = Object.assign(new Access(), {
          write,
          space: port ? PORT : MEMORY,
          addressLo: Number(BigInt.asIntN(32, address)),
          addressHi: Number(BigInt.asIntN(32, address >> 32n)),
          width,
          valueLo: Number(BigInt.asIntN(32, cut)),
          valueHi: Number(BigInt.asIntN(32, cut >> 32n)),
        });
        direct.access(access);
        const verb = port ? (write ? 'out' : 'in') : write ? 'write' : 'read';
        const line = `${verb}${LETTERS[width]} ${address}${write ? ` 0x${cut.toString(16)}` : ''}`;
        const [answer = '', ...events] = served.answer(line).trimEnd().split('\n').toReversed();
        expect(events.length).toBe(direct.takeEvents().length);
        if (write) expect([line, answer]).toEqual([line, 'OK']);
        else {
          const whole =
            (BigInt.asUintN(32, BigInt(access.valueHi)) << 32n) | BigInt.asUintN(32, BigInt(access.valueLo));
          expect([line, answer]).toEqual([line, `OK 0x${BigInt.asUintN(width * 8, whole).toString(16)}`]);
        }
      }
    }),
    { numRuns: 200 },
  );
});
