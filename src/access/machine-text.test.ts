import { expect, test } from 'vitest';
import { formatMachine, parseMachine, parseMachineWord } from './machine-text.ts';
import type { MachineDescription } from './machine.ts';

function parse(text: string): { machine: Partial<MachineDescription>; wrong: string[] } {
  const machine: Partial<MachineDescription> = {};
  const wrong = text.split(' ').map((word) => parseMachineWord(word, machine));
  return { machine, wrong: wrong.filter((sentence) => sentence !== undefined) };
}

test('every key survives text', () => {
  const text =
    'name=virt cam=0 ecam=0x4010000000,0,255 ecam=0xe0000000,0,15,1 io=0xc000-0xffff mem32=0x10000000-0x3efeffff ' +
    'mem64=0x8000000000-0xffffffffff ram=0x0-0x9ffff ram=0x100000-0xfffffff reserved=0xfec00000-0xfec00fff ' +
    'messages=0x3ff000-0x3ff0ff io-window=0x3eff0000-0x3effffff power-on=1 iommu=0 caps=fire,msi irq=00:03.0:19,01:00.0:16 kicks=00:03.0,2,0x40';
  const { machine, wrong } = parse(text);
  expect(wrong).toEqual([]);
  expect(formatMachine(machine).join(' ')).toBe(text);
  expect(machine.ecam?.[0]).toEqual({ baseHi: 0x40, baseLo: 0x10000000, firstBus: 0, lastBus: 255, segment: 0 });
});

test('keys that are not known are passed over', () => {
  expect(parse('bars=ram version=3')).toEqual({ machine: {}, wrong: [] });
});

test.each([
  ['cam', 'expected key=value'],
  ['cam=2', 'cam must be 0 or 1'],
  ['ecam=0xb0000000', 'ecam must be'],
  ['ecam=0xb0000000,5,4', 'ecam must be'],
  ['ecam=0xb0000000,0,256', 'ecam must be'],
  ['ram=0x10', 'ram must be LOW-HIGH'],
  ['ram=0x20-0x10', 'ram must be LOW-HIGH'],
  ['io-window=x-y', 'io-window must be LOW-HIGH'],
  ['irq=00:03.0', 'irq must be BDF:LINE'],
  ['irq=00:03.0:-1', 'irq must be BDF:LINE'],
  ['kicks=00:03.0,6,0x40', 'kicks must be BDF,BAR,OFFSET'],
  ['kicks=00:03.0,2,0x41', 'kicks must be BDF,BAR,OFFSET'],
])('%s is refused', (word, sentence) => {
  expect(parse(word).wrong[0]).toContain(sentence);
});

test('a description is read from words with any blanks between them; what is wrong is named', () => {
  expect(parseMachine(' cam=0\n  mem32=0x10000000-0x1fffffff ')).toEqual({
    cam: false,
    mem32: [{ loHi: 0, loLo: 0x10000000, hiHi: 0, hiLo: 0x1fffffff }],
  });
  expect(() => parseMachine('cam=0 ecam=1')).toThrow("'ecam=1': ecam must be");
  expect(() => parseMachine('mem3=0x0-0x1')).toThrow("'mem3=0x0-0x1': there is no such key; expected one of name,");
});
