import fc from 'fast-check';
import { expect, test } from 'vitest';
import { widthMaskHi, widthMaskLo } from '../core/pair.ts';
import { Access, CONFIG, MEMORY, PORT } from './access.ts';
import type { Width } from './access.ts';
import type { Event } from './event.ts';
import { formatAccess, formatEvent, isAccess, NotationError, parseLine } from './text.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const bdf = fc.integer({ min: 0, max: 0xffffff });
const level = fc.constantFrom<0 | 1>(0, 1);

const anyAccess = fc
  .record({
    write: fc.boolean(),
    space: fc.constantFrom(PORT, MEMORY, CONFIG),
    lo: int32,
    hi: int32,
    width: fc.constantFrom<Width>(0, 1, 2, 4, 8),
    valueLo: int32,
    valueHi: int32,
    vcpu: fc.integer({ min: -1, max: 300 }),
  })
  .map((fields) => {
    const access = new Access();
    const { write, space, width, vcpu } = fields;
    Object.assign(access, { write, space, width, vcpu });
    access.addressLo = space === MEMORY ? fields.lo : space === PORT ? fields.lo & 0xffff : fields.lo & 0xfff;
    access.addressHi = space === MEMORY ? fields.hi : space === PORT ? 0 : fields.hi & 0xffffff;
    access.valueLo = fields.valueLo & widthMaskLo(width);
    access.valueHi = fields.valueHi & widthMaskHi(width);
    return access;
  });

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('message' as const),
    addressHi: int32,
    addressLo: int32,
    data: int32,
    dataMask: int32,
  }),
  fc.record({
    kind: fc.constant('message' as const),
    addressHi: int32,
    addressLo: int32,
    data: int32,
    dataMask: int32,
    bdf,
  }),
  fc.record({ kind: fc.constant('line' as const), input: fc.nat(), level }),
  fc.record({ kind: fc.constant('intx' as const), bdf, level }),
  fc.record({ kind: fc.constant('condition' as const), bdf, level }),
  fc.record({ kind: fc.constant('fire' as const), bdf, vector: fc.nat(2047) }),
  fc.record({ kind: fc.constantFrom('power-on', 'reset', 'save', 'restore', 'gap') }),
  fc.record({ kind: fc.constantFrom('plug', 'unplug'), bdf }),
  fc.record({ kind: fc.constant('eject' as const), devices: int32 }),
  fc.record({ kind: fc.constant('gap' as const), lost: fc.nat() }),
  fc.record({
    kind: fc.constant('refused' as const),
    write: fc.boolean(),
    width: fc.constantFrom(0, 1, 2, 4, 8, 16),
    reason: fc.constantFrom('rejected', 'unaligned', 'invalid-size'),
    addressHi: int32,
    addressLo: int32,
  }),
  fc.record({ kind: fc.constant('remark' as const), text: fc.stringMatching(/^[!-~][ -~]*$/) }),
) as fc.Arbitrary<Event>;

test('an access survives its text', () => {
  fc.assert(
    fc.property(anyAccess, (access) => {
      expect(parseLine(formatAccess(access), new Access())).toEqual(access);
    }),
  );
});

test('an event survives its text', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(parseLine(formatEvent(event), new Access())).toEqual(event);
    }),
  );
});

test.each([
  'read port 0xcfc 4 -> 0x29c08086',
  '@1 write memory 0xfebf1000 4 <- 0x1',
  '@- write memory 0x41000000f8 8 <- 0x1122334455667788',
  'read config 00:02.0 0x10 4 -> 0xfebf1000',
  'read config 0001:80:1f.7 0xffc ? -> 0xffffffff',
  'message 0xfee01004 0x28',
  'message 0x1fee01000 0x8028/0x87ff 00:02.0',
  'line 22 1',
  'intx 00:02.0 1',
  'fire 00:02.0 3',
  'power-on',
  'reset',
  'plug 01:00.0',
  'unplug 01:00.0',
  'eject 0x8',
  'save',
  'restore',
  'gap',
  'gap 12',
  'refused read 4 rejected 0xfe400000',
  'refused write ? unaligned',
  '# a remark with  blanks',
  '#',
])('%s: text, parsed, text is the same', (line) => {
  const parsed = parseLine(line, new Access());
  expect(parsed).toBeDefined();
  const again = isAccess(parsed as Event) ? formatAccess(parsed as Access) : formatEvent(parsed as Event);
  expect(again).toBe(line);
});

test('blanks, tabs and carriage returns between and behind words do not matter', () => {
  expect(parseLine('  read\tport  0xcfc 4 ->  0x1 \r', new Access())).toMatchObject({ valueLo: 1, width: 4 });
  expect(parseLine(' \t\r', new Access())).toBeUndefined();
});

test.each([
  ['frobnicate', 1, 'expected one of'],
  ['read port 0xcfc 3 -> 0x1', 17, 'expected a width'],
  ['read port 0x10000 4 -> 0x1', 11, 'expected a port'],
  ['read port 0xcfc 4 <- 0x1', 19, 'expected ->'],
  ['read port 0xcfc 1 -> 0x100', 22, 'value that fits'],
  ['read port 0xcfc 4 -> 0x100000000', 22, 'value that fits'],
  ['read port 0xcfc 4 ->', 21, 'the line ends'],
  ['read memory 0x10000000000000000 4 -> 0x1', 13, 'expected an address'],
  ['read config 00:20.0 0x0 4 -> 0x1', 13, 'bb:dd.f'],
  ['read config 00:02.0 0x1000 4 -> 0x1', 21, 'register'],
  ['write port 0xcf8 4 <- 0x1 more', 27, 'the end of the line'],
  ['@x read port 0xcf8 4 -> 0x1', 1, 'vCPU'],
  ['line 5 2', 8, 'expected one of 0, 1'],
  ['fire 00:02.0 2048', 14, 'vector'],
  ['message 0xfee00000', 19, 'expected data'],
  ['gap -1', 5, 'count'],
  ['refused read 4', 15, 'reason'],
])('%j: column %i, %s', (line, column, words) => {
  const parse = (): unknown => parseLine(line, new Access());
  expect(parse).toThrow(NotationError);
  expect(parse).toThrow(words);
  try {
    parse();
  } catch (error) {
    expect((error as NotationError).column).toBe(column);
  }
});

test('nothing that a line can hold makes the parser fail otherwise', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('read port@- 0x1#<>\0\r\t')) })),
      (line) => {
        try {
          parseLine(line, new Access());
        } catch (error) {
          expect(error).toBeInstanceOf(NotationError);
        }
      },
    ),
  );
});
