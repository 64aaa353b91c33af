/** MSI-X: messages, what holds them, and what is pending meanwhile. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from './support/guest.ts';
import { law, many } from './support/law.ts';
import { control, entryAt, F, PENDING, programEntry, rig, SENDER, setMask } from './support/msix.ts';

const size = fc.integer({ min: 1, max: 80 });

test(
  'MSIX-012, MSIX-013, MSIX-016, CMD-010, PM-003: a message has the content of an entry, and leaves only while nothing holds it',
  law(
    fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      many(
        fc.record({
          entry: fc.integer({ min: 0, max: 3 }),
          step: fc.constantFrom(
            'mask',
            'unmask',
            'enable',
            'disable',
            'mask all',
            'unmask all',
            'master',
            'no master',
            'sleep',
            'wake',
          ),
          named: fc.boolean(),
        }),
        12,
      ),
      fc.boolean(),
    ),
    ([n, steps, wrongData]) => {
      const made = rig(n);
      const { guest } = made;
      const masks = Array.from({ length: n }, () => true);
      const state = { enable: false, all: false, master: true, awake: true };
      for (let entry = 0; entry < n; entry++)
        programEntry(made, entry, 0xfee00000n + BigInt(entry) * 0x1000n, 0x4040 + entry);
      for (const { entry: drawn, step, named } of steps) {
        const entry = drawn % n;
        if (!state.awake && !['sleep', 'wake'].includes(step)) continue;
        if (step === 'mask' || step === 'unmask') setMask(made, entry, (masks[entry] = step === 'mask'));
        if (step.endsWith('able')) state.enable = step === 'enable';
        if (step.endsWith('mask all')) state.all = step === 'mask all';
        if (step.endsWith('able') || step.endsWith('mask all')) control(made, state.enable, state.all);
        if (step.endsWith('master')) state.master = guest.program(F, 4, 2, step === 'master' ? 7 : 3) === 7;
        if (step === 'sleep' || step === 'wake') state.awake = guest.program(F, 0x44, 2, step === 'wake' ? 0 : 3) === 8;
        // What was on its way may arrive after the write, but not after a read of the function.
        guest.read(F, 0, 4);
        for (let one = 0; one < n; one++) {
          const { enable, all, master, awake } = state;
          const sender = named ? ` ${SENDER}` : '';
          const message = `message ${hex(0xfee00000 + one * 0x1000)} ${hex(0x4040 + one)}${sender}`;
          if (enable && !all && master && awake && masks[one] === false) {
            guest.line(message);
            continue;
          }
          const rule = !master ? 'CMD-010' : !awake ? 'PM-003' : enable ? 'MSIX-013' : 'MSIX-016';
          guest.mustNotHappen(message, rule);
        }
        // With a sender named, a message of no entry is wrong as soon as the function may send at all.
        if (wrongData && state.enable && state.master && state.awake)
          guest.mustNotHappen(`message 0xfee00000 0x41 ${SENDER}`, 'MSIX-012');
      }
      guest.check(steps.length * 7);
    },
  ),
);

test(
  'MSIX-012, MSIX-018: after the next unmask only the new content is sent; before, each field is old or new',
  law(
    fc.tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      fc.nat(),
    ),
    ([live, changes, byFunction, which]) => {
      const made = rig(2);
      const { guest } = made;
      programEntry(made, 0, 0xfee00000n, 0x4000);
      control(made, true, false);
      setMask(made, 0, false);
      let data = 0x4000;
      let seen = [data];
      for (const [n, sends, pick] of changes) {
        if (!live) setMask(made, 0, true);
        data = 0x4000 + n * 0x10 + seen.length;
        guest.memoryWrite(entryAt(0, 2), 4, BigInt(data));
        guest.memoryRead(entryAt(0, 2), 4);
        if (live && sends) guest.line(`message 0xfee00000 ${hex([...seen.slice(-1), data][pick % 2]!)}`);
        // The mask of the entry or that of the function, and off again.
        if (live) {
          if (byFunction) control(made, true, true);
          else setMask(made, 0, true);
        }
        if (live && byFunction) control(made, true, false);
        else setMask(made, 0, false);
        guest.line(`message 0xfee00000 ${hex(data)}`);
        const old = seen.at(-1)!;
        if (old !== data) guest.mustNotHappen(`message 0xfee00000 ${hex(old)}`, live ? 'MSIX-018' : 'MSIX-012');
        seen = [...seen, data];
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-013, MSIX-014, MSIX-021: a masked event sets bit k % 64 of qword k / 64, and it goes with the message',
  law(
    fc.tuple(size, fc.nat(), fc.boolean(), fc.boolean(), fc.boolean(), fc.nat()),
    ([n, drawn, byFunction, wide, gone, which]) => {
      const made = rig(n);
      const { guest, device } = made;
      const vector = drawn % n;
      programEntry(made, vector, 0xfee00000n, 0x4041);
      if (byFunction) setMask(made, vector, false);
      control(made, true, byFunction);
      const word =
        PENDING + 8n * BigInt(Math.floor(vector / 64)) + (wide ? 0n : 4n * BigInt(Math.floor(vector / 32) % 2));
      const bit = 1n << BigInt(vector % (wide ? 64 : 32));
      const width = wide ? 8 : 4;
      const first = word - PENDING;
      expect(guest.memoryRead(word, width)).toBe(0n);
      // Bits of vectors that the function does not have.
      const beyond = BigInt(n) - 8n * first;
      if (beyond < BigInt(8 * width)) guest.mustNotRead(1n << (BigInt(8 * width) - 1n), 'MSIX-021');
      guest.line(`fire ${SENDER} ${vector}`);
      const byte = Math.floor(vector / 8);
      device.pending.poke(byte, 1, 1 << (vector % 8));
      expect(guest.memoryRead(word, width)).toBe(bit);
      guest.mustNotRead(0, 'MSIX-013');
      guest.mustNotHappen(`message 0xfee00000 0x4041`, 'MSIX-013');
      if (byFunction) control(made, true, false);
      else setMask(made, vector, false);
      // The cause may have gone meanwhile.
      if (!gone) guest.line('message 0xfee00000 0x4041');
      device.pending.poke(byte, 1, 0);
      guest.memoryRead(word, width);
      guest.memoryRead(word, width);
      guest.check(which);
      for (let times = 0; times < 2; times++)
        guest.lines[guest.lines.length - 1 - times] = `read memory ${hex(word)} ${width} -> ${hex(bit)}`;
      guest.mustNotBelieve('MSIX-014');
    },
  ),
);

test(
  'MSIX-022: no INTx while MSI-X is enabled',
  law(fc.tuple(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), fc.nat()), ([steps, which]) => {
    const made = rig(2);
    for (const enable of steps) {
      control(made, enable, false);
      if (enable) made.guest.mustNotHappen(`intx ${SENDER} 1`, 'MSIX-022');
      else {
        made.guest.line(`intx ${SENDER} 1`);
        made.guest.line(`intx ${SENDER} 0`);
      }
    }
    made.guest.check(which);
  }),
);
