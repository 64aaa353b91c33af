/** Interrupts of a source that shows their causes: what is due comes once, and a line is the OR of its functions. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, place } from './support/decode.ts';
import { at, Guest, hex } from './support/guest.ts';
import { expectSilence, judge } from './support/judge.ts';
import { law, many } from './support/law.ts';
import { Machine } from './support/machine.ts';
import { entryAt, F, programEntry, rig, SENDER } from './support/msix.ts';

const MESSAGES = { caps: ['fire', 'msi'] };

/** The rule that the model names first. */
function blamed(lines: readonly string[], own: Parameters<typeof judge>[2]): string | undefined {
  return judge(lines, {}, own).divergences[0]?.rule;
}

test(
  'MSIX-012, MSIX-014, MSIX-016, MSIX-017, MSIX-025: what is due comes once, what may come once at most',
  law(
    fc.tuple(
      many(
        fc.record({
          entry: fc.integer({ min: 0, max: 2 }),
          step: fc.constantFrom(
            'fire',
            'fire',
            'fire',
            'mask',
            'unmask',
            'mask all',
            'unmask all',
            'disable',
            'enable',
            'master',
            'no master',
          ),
        }),
        24,
      ),
      fc.boolean(),
      fc.nat(),
    ),
    ([steps, keeps, drawn]) => {
      const made = rig(3);
      const { guest } = made;
      for (let entry = 0; entry < 3; entry++) programEntry(made, entry, 0xfee00000n, 0x4040 + entry);
      const state = { enable: false, all: false, master: true };
      const masks = [true, true, true];
      /** Of each vector: an event that is due once its mask goes, one that may come, or none. */
      const pending: ('due' | 'open' | undefined)[] = [undefined, undefined, undefined];
      const messages: { line: number; due: boolean }[] = [];
      const send = (entry: number, due: boolean): void => {
        messages.push({ line: guest.lines.length, due });
        guest.line(`message 0xfee00000 0x${(0x4040 + entry).toString(16)}`);
      };
      const closed = (entry: number): boolean => !state.enable || !state.master || state.all || masks[entry] === true;
      const release = (): void => {
        for (let entry = 0; entry < 3; entry++) {
          // What is held by more than a mask is kept or lost, as this device does it.
          const held = !state.enable || !state.master;
          if (pending[entry] !== undefined && held) pending[entry] = keeps ? 'open' : undefined;
          if (pending[entry] === undefined || closed(entry)) continue;
          send(entry, pending[entry] === 'due');
          pending[entry] = undefined;
        }
      };
      for (const { entry, step } of steps) {
        if (step === 'fire') {
          guest.line(`fire ${SENDER} ${entry}`);
          if (!closed(entry)) send(entry, true);
          else if (state.enable && state.master) pending[entry] = 'due';
          else if (keeps) pending[entry] = 'open';
          continue;
        }
        if (step === 'mask' || step === 'unmask') {
          masks[entry] = step === 'mask';
          guest.memoryWrite(entryAt(entry, 3), 4, step === 'mask' ? 1n : 0n);
        } else if (step.endsWith('master')) {
          state.master = step === 'master';
          guest.write(F, 4, 2, state.master ? 7 : 3);
        } else {
          if (step.endsWith('able')) state.enable = step === 'enable';
          else state.all = step === 'mask all';
          guest.write(F, 0x72, 2, (state.enable ? 0x8000 : 0) + (state.all ? 0x4000 : 0));
        }
        release();
        guest.read(F, 0, 4);
      }
      guest.read(F, 0, 4);
      expectSilence(guest.lines, {}, MESSAGES);
      const picked = messages[drawn % Math.max(1, messages.length)];
      if (picked === undefined) return;
      const { line, due } = picked;
      const rules = ['MSIX-012', 'MSIX-014', 'MSIX-016', 'MSIX-017', 'MSIX-025'];
      const message = guest.lines[line]!;
      expect(rules).toContain(blamed(guest.lines.toSpliced(line, 0, message), MESSAGES));
      const without = blamed(guest.lines.toSpliced(line, 1), MESSAGES);
      if (due) expect(rules.slice(0, 4)).toContain(without);
      else expect(without).toBeUndefined();
    },
  ),
);

test(
  'INTX-001, INTX-002, CMD-011: a line is up exactly while a function on it asserts',
  law(
    fc.tuple(
      many(
        fc.record({
          which: fc.integer({ min: 0, max: 1 }),
          step: fc.constantFrom<'raise' | 'clear' | 'disable' | 'allow'>('raise', 'clear', 'disable', 'allow'),
        }),
        16,
      ),
      fc.nat(),
    ),
    ([steps, drawn]) => {
      const { guest } = bench([true, true]);
      const name = (which: number): string => `00:${(place(which) >>> 3).toString(16).padStart(2, '0')}.0`;
      const own = { caps: ['intx'], irq: [0, 1].map((which) => ({ bdf: place(which), line: 20 })) };
      const conditions = [false, false];
      const disabled = [false, false];
      // Whether the bit can be written is known before it matters.
      for (const which of [0, 1]) {
        const command = guest.read(place(which), 4, 2);
        guest.program(place(which), 4, 2, command | 0x400);
        guest.program(place(which), 4, 2, command);
      }
      const level = (): boolean => [0, 1].some((which) => conditions[which] === true && disabled[which] === false);
      const edges: number[] = [];
      for (const { which, step } of steps) {
        const before = level();
        if (step === 'raise' || step === 'clear') {
          conditions[which] = step === 'raise';
          guest.line(`condition ${name(which)} ${step === 'raise' ? 1 : 0}`);
        } else {
          disabled[which] = step === 'disable';
          guest.write(place(which), 4, 2, disabled[which] ? 0x407 : 0x007);
        }
        if (level() !== before) {
          edges.push(guest.lines.length);
          guest.line(`line 20 ${level() ? 1 : 0}`);
        }
        guest.read(place(which), 0, 4);
      }
      guest.read(place(0), 0, 4);
      expectSilence(guest.lines, {}, own);
      // The first edge is what shows that the source tells of lines.
      const edge = edges[1 + (drawn % Math.max(1, edges.length - 1))];
      if (edge === undefined) return;
      expect(['INTX-001', 'INTX-002', 'CMD-011']).toContain(blamed(guest.lines.toSpliced(edge, 1), own));
    },
  ),
);

/** Reads a function of which only what routing of INTx needs is told. */
function told(guest: Guest, bdf: number, bridge: number | undefined, pin: number): void {
  const text = `${(bdf >>> 8).toString(16).padStart(2, '0')}:${((bdf >>> 3) & 31).toString(16).padStart(2, '0')}.0`;
  const registers = [
    0x100e8086,
    0x02000000,
    bridge === undefined ? 0x02000003 : 0x06040000,
    bridge === undefined ? 0 : 0x10000,
  ];
  for (const [index, value] of registers.entries())
    guest.line(`read config ${text} ${hex(4 * index)} 4 -> ${hex(value)}`);
  guest.line(`read config ${text} 0x34 4 -> 0x0`);
  guest.line(`read config ${text} 0x3c 4 -> ${hex(pin << 8)}`);
  if (bridge === undefined) return;
  guest.line(`write config ${text} 0x18 4 <- ${hex(0xff0000 + bridge * 0x100 + (bdf >>> 8))}`);
  guest.line(`read config ${text} 0x18 4 -> ${hex(0xff0000 + bridge * 0x100 + (bdf >>> 8))}`);
}

test(
  'INTX-003: behind conventional bridges pin P of device D appears as ((P - 1 + D) mod 4) + 1',
  law(
    fc.tuple(
      fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
    ),
    ([devices, device, pin, off]) => {
      const guest = new Guest(new Machine([]));
      // The bridges one below the other, each alone on its bus but for what is looked at.
      for (const [depth, one] of devices.entries())
        told(guest, at(depth, one === 0 && depth === 0 ? 1 : one), depth + 1, 0);
      const first = devices[0] === 0 ? 1 : devices[0]!;
      const leaf = at(devices.length, device);
      told(guest, leaf, undefined, pin);
      const rotated = [...devices.slice(1), device].reduce((sum, one) => sum + one, pin - 1) & 3;
      // A second function of the bridge's device at the pin where it appears, and one at a pin where it does not.
      const irq = [rotated, (rotated + off) & 3].map((place, index) => {
        const bdf = at(0, first, index + 1);
        const name = `00:${first.toString(16).padStart(2, '0')}.${index + 1}`;
        for (const [register, value] of [
          [0, 0x100e8086],
          [4, 0x02000000],
          [8, 0x02000003],
          [12, 0],
          [0x34, 0],
          [0x3c, (place + 1) << 8],
        ])
          guest.line(`read config ${name} ${hex(register!)} 4 -> ${hex(value!)}`);
        return { bdf, line: 16 + place };
      });
      const own = { caps: ['intx'], irq };
      const name = `${devices.length.toString(16).padStart(2, '0')}:${device.toString(16).padStart(2, '0')}.0`;
      const look = `read config ${name} 0x0 4 -> 0x100e8086`;
      const raised = [...guest.lines, `condition ${name} 1`];
      const { line, wrong } = { line: irq[0]!.line, wrong: irq[1]!.line };
      const choices = { preassigned: 'off' };
      const rules = (lines: string[]): string[] => judge(lines, choices, own).divergences.map(({ rule }) => rule);
      const before = rules(raised);
      expect(rules([...raised, `line ${line} 1`, look])).toEqual(before);
      expect(rules([...raised, `line ${wrong} 1`, look])).toEqual([...before, 'INTX-003']);
    },
  ),
);
