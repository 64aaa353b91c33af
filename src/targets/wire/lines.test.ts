import { expect, test } from 'vitest';
import { Access, MEMORY, PORT } from '../../access/access.ts';
import { parseHello, withoutHello } from './hello.ts';
import { accessLine, capabilityOf, commandLine, parseEventLine, valueIn } from './lines.ts';

const access = (fields: Partial<Access>): Access => Object.assign(new Access(), fields);

test.each([
  [{ space: PORT, addressLo: 0xcfc }, 'inl 0xcfc\n'],
  [{ space: PORT, addressLo: 0xcfd, width: 1, write: true, valueLo: -1 }, 'outb 0xcfd 0xff\n'],
  [{ space: MEMORY, addressHi: -1, addressLo: -8, width: 8 }, 'readq 0xfffffffffffffff8\n'],
  [{ space: MEMORY, addressHi: 1, width: 8, write: true, valueHi: 2, valueLo: -1 }, 'writeq 0x100000000 0x2ffffffff\n'],
  [{ space: MEMORY, addressLo: 0x10, width: 4, write: true, valueHi: 7, valueLo: -1 }, 'writel 0x10 0xffffffff\n'],
  [{ space: PORT, addressLo: 0xffff, width: 4 }, 'inl 0xffff\n'],
  // No target can be asked: a stock QEMU would end.
  [{ space: PORT, addressLo: 0x10000 }, undefined],
  [{ space: PORT, addressLo: -1 }, undefined],
] satisfies [Partial<Access>, string | undefined][])('access %#', (fields, line) => {
  expect(accessLine(access(fields))).toBe(line);
});

test('ports that are reached through memory', () => {
  const line = (fields: Partial<Access>): string | undefined => accessLine(access(fields), 0x3eff0000);
  expect(line({ space: PORT, addressLo: 0x1004, width: 2 })).toBe('readw 0x3eff1004\n');
  expect(line({ space: PORT, addressLo: 0xffff, width: 1, write: true, valueLo: 7 })).toBe('writeb 0x3effffff 0x7\n');
  expect(line({ space: PORT, addressLo: 0x10000 })).toBe(undefined);
  expect(line({ space: PORT, addressLo: 0xfffe, width: 4 })).toBe(undefined);
  expect(line({ space: MEMORY, addressLo: 0x1004, width: 2 })).toBe('readw 0x1004\n');
});

test('commands and the capabilities that they need', () => {
  const all = [
    { kind: 'fire', bdf: 0x10, vector: 3 },
    { kind: 'condition', bdf: 0x1_0208, level: 1 },
    { kind: 'plug', bdf: 0x100 },
    { kind: 'restore' },
    { kind: 'reset' },
  ] as const;
  expect(all.map((command) => commandLine(command))).toEqual([
    'fire 00:02.0 3\n',
    'intx 0001:02:01.0 1\n',
    'plug 01:00.0\n',
    'restore\n',
    'reset\n',
  ]);
  expect(all.map((command) => capabilityOf(command))).toEqual(['fire', 'intx', 'unplug', 'snapshot', 'reset']);
});

test.each([
  ['MSI 0x1fee00000 0x4021', { kind: 'message', addressHi: 1, addressLo: 0xfee00000 | 0, data: 0x4021, dataMask: -1 }],
  ['IRQ lower 0x10', { kind: 'line', input: 16, level: 0 }],
  ['MSI 0xfee00000', undefined],
  ['MSI 0xfee00000 0x100000000', undefined],
  ['MSI 0xfee00000 1 here', undefined],
  ['MSI 0xfee00000 1 00:01.0 more', undefined],
  ['IRQ raise -1', undefined],
  ['IRQ toggle 3', undefined],
])('event %s', (line, event) => {
  expect(parseEventLine(line)).toEqual(event);
});

test.each([
  ['OK 0x00000000000000ff', { hi: 0, lo: 255 }],
  ['OK 0x10000000000000000', undefined],
  ['OK 12', undefined],
  ['OK', undefined],
  ['FAIL 0x1', undefined],
])('value of %s', (answer, value) => {
  expect(valueIn(answer)).toEqual(value);
});

test('hello: all keys, and those that nobody knows', () => {
  const text =
    'name=mine version=2 conf=small colour=red caps=msi,fire fn=00:03.1,00:04.0 lines=16-23 bars=ram ram=0x0-0xfff';
  expect(parseHello(text.split(' '), 'exec:x')).toEqual({
    name: 'mine',
    version: '2',
    configuration: 'small',
    functions: [0x19, 0x20],
    lines: { first: 16, last: 23 },
    bars: 'ram',
    machine: { name: 'mine', caps: ['msi', 'fire'], ram: [{ loHi: 0, loLo: 0, hiHi: 0, hiLo: 0xfff }] },
  });
});

test.each([
  ['lines=16', "lines must be LOW-HIGH: 'lines=16'"],
  ['fn=here', "fn must be BDF, or several with commas between: 'fn=here'"],
  ['ecam=0', "ecam must be BASE,FIRSTBUS,LASTBUS or BASE,FIRSTBUS,LASTBUS,SEGMENT: 'ecam=0'"],
  ['nonsense', "expected key=value, found 'nonsense': 'nonsense'"],
  ['cam=0', 'it has neither CAM nor ECAM'],
])('hello %s', (word, sentence) => {
  expect(parseHello([word], 'exec:x')).toBe(sentence);
});

test('without hello: what the protocol says, and what is known besides', () => {
  const { machine, functions } = withoutHello('exec:x', ['ram=0x0-0xfff']);
  expect(machine).toMatchObject({ cam: true, ecam: [], caps: [] });
  expect(machine.io).toEqual([{ loHi: 0, loLo: 0xc000, hiHi: 0, hiLo: 0xffff }]);
  expect(machine.mem32).toEqual([{ loHi: 0, loLo: 0xe0000000 | 0, hiHi: 0, hiLo: 0xfebfffff | 0 }]);
  expect(machine.ram).toHaveLength(1);
  expect(functions).toEqual([]);
});
