import { beforeEach, describe, expect, test } from 'vitest';
import { createEmulated, parseLayout } from '../emulated/index.ts';
import { Conversation } from './conversation.ts';

const LAYOUT = `
name: two of them
machine:
  ecam: 0xb0000000,0,255
  io: 0xc000-0xffff
  mem32: 0xc0000000-0xefffffff
  mem64: 0x8000000000-0xffffffffff
  ram: 0x0-0xffff
  reserved: 0xfec00000-0xfeefffff
  line: 16
functions:
  - at: '02.0'
    kind: integrated
    id: '1234:5678'
    pin: A
    bars:
      - { index: 0, kind: mem32, size: 16K }
      - { index: 1, kind: io, size: 32 }
    capabilities:
      - express: { flr: true }
      - msix: { vectors: 2, table: { bar: 0, offset: 0 }, pba: { bar: 0, offset: 4K } }
  - at: '03.0'
    kind: root-port
    capabilities:
      - express: {}
      - slot: { number: 1 }
    below:
      - at: '00.0'
        kind: endpoint
        id: 'abcd:0001'
        capabilities:
          - express: {}
`;

let conversation: Conversation;
beforeEach(async () => {
  conversation = new Conversation(createEmulated({ layout: await parseLayout(LAYOUT, 'two.yaml') }), '9.9');
});

/** Sends the lines that begin with `> ` and gives the whole conversation, answers behind `< `. */
function replay(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => `${line}\n${conversation.answer(line.slice(2)).replace(/^(?=.)/gm, '< ')}`)
    .join('');
}

function expectConversation(text: string): void {
  const wanted = text.trim().replace(/^\s+/gm, '');
  expect(replay(wanted)).toBe(`${wanted}\n`);
}

/** BAR 0 at 0xc0000000, BAR 1 at 0xc100, decoding and bus mastering on; all by ECAM. */
const ASSIGN = `
> writel 0xb0010010 0xc0000000
> writel 0xb0010014 0xc100
> writew 0xb0010004 7
`;

/** The MSI-X capability lies behind PCI Express at 0x40 and its 0x3c bytes. */
const MSIX = 0x7c;

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

const CONTROL = hex(0xb0010000 + MSIX + 2);

test('hello tells all keys', () => {
  expectConversation(`
    > hello 1
    < OK name=emulated version=9.9 cam=1 ecam=0xb0000000,0,255 io=0xc000-0xffff mem32=0xc0000000-0xefffffff mem64=0x8000000000-0xffffffffff ram=0x0-0xffff reserved=0xfec00000-0xfeefffff caps=fire,intx,reset,unplug,msi,snapshot,sync irq=00:02.0:18,00:03.0:19 lines=16-19 bars=ram conf=two-of-them
    > hello 2
    < FAIL only version 1 of the protocol is spoken here
    > hello
    < FAIL expected: hello VERSION
  `);
});

test('ports and configuration by CAM, in all widths, decimal and hexadecimal', () => {
  expectConversation(`
    > outl 0xcf8 0x80001000
    < OK
    > inl 3324
    < OK 0x56781234
    > inw 0xcfe
    < OK 0x5678
    > inb 0xcfd
    < OK 0x12
    > outw 0xcfc 0xffff
    < OK
    > inl 0xcf8
    < OK 0x80001000
    > outl 0xcf8 2147487748
    < OK
    > outb 0xcfc 0x07
    < OK
    > inw 0xcfc
    < OK 0x7
  `);
});

test('memory in all widths: RAM, ECAM, nobody, the top', () => {
  expectConversation(`
    > writeq 0x100 0x1122334455667788
    < OK
    > readq 0x100
    < OK 0x1122334455667788
    > readl 0x104
    < OK 0x11223344
    > readw 0x101
    < OK 0x6677
    > readb 0x107
    < OK 0x11
    > writeb 0x100 255
    < OK
    > writew 0x102 0
    < OK
    > writel 0x104 0xdeadbeef
    < OK
    > readq 0x100
    < OK 0xdeadbeef000077ff
    > readl 0xb0010000
    < OK 0x56781234
    > readq 0xd0000000
    < OK 0xffffffffffffffff
    > readb 0xd0000000
    < OK 0xff
    > writel 0xd0000000 0
    < OK
    > readl 0xd0000000
    < OK 0xffffffff
    > readl 0xfffffffffffffffe
    < OK 0xffffffff
    > inl 0xfffe
    < OK 0xffffffff
  `);
});

test('bulk access to RAM, in the order of addresses', () => {
  expectConversation(`
    > write 0x201 6 0x0102030405fF
    < OK
    > read 0x200 8
    < OK 0x000102030405ff00
    > memset 0x202 4 0xaa
    < OK
    > read 0x200 8
    < OK 0x0001aaaaaaaaff00
    > b64read 0x201 6
    < OK Aaqqqqr/
    > read 0x203 1
    < OK 0xaa
  `);
});

test('bulk access beside RAM: configuration by dwords, ones behind RAM and beyond the top', () => {
  expectConversation(`
    > read 0xb0010000 4
    < OK 0x34127856
    > read 0xfffe 4
    < OK 0x0000ffff
    > read 0xfffffffffffffffe 4
    < OK 0xffffffff
    > write 0xfffffffffffffffe 4 0x00000000
    < OK
    > readl 0x0
    < OK 0x0
  `);
});

test('INTx: the line rises and falls before the answers of what caused it', () => {
  expectConversation(`
    > intx 00:02.0 1
    < IRQ raise 18
    < OK
    > intx 00:02.0 1
    < OK
    > writew 0xb0010004 0x400
    < IRQ lower 18
    < OK
    > writew 0xb0010004 0
    < IRQ raise 18
    < OK
    > intx 00:02.0 0
    < IRQ lower 18
    < OK
    > intx 00:02.0 2
    < FAIL expected a level: 0 or 1, found '2'
    > intx 00:04.0 1
    < FAIL there is no function 00:04.0
  `);
});

test('MSI-X: messages with their sender, by fire and by unmasking', () => {
  replay(ASSIGN);
  expectConversation(`
    > write 0xc0000000 16 0x0010e0fe00000000c500000000000000
    < OK
    > write 0xc0000010 16 0x0020e0fe01000000c600000001000000
    < OK
    > fire 00:02.0 0
    < OK
    > writew ${CONTROL} 0x8000
    < OK
    > fire 00:02.0 0
    < MSI 0xfee01000 0xc5 00:02.0
    < OK
    > fire 00:02.0 1
    < OK
    > readl 0xc0001000
    < OK 0x2
    > writel 0xc000001c 0
    < MSI 0x1fee02000 0xc6 00:02.0
    < OK
    > fire 00:02.0 2
    < FAIL vector 2 is out of range: the function has 2
    > fire 00:1f.0 0
    < FAIL there is no function 00:1f.0
    > sync
    < OK
  `);
});

test('a bulk write that unmasks tells of its messages before its answer', () => {
  replay(ASSIGN);
  expectConversation(`
    > writew ${CONTROL} 0x8000
    < OK
    > fire 00:02.0 0
    < OK
    > fire 00:02.0 1
    < OK
    > write 0xc0000000 32
    < FAIL expected: write ADDRESS SIZE 0xBYTES
    > write 0xc0000000 32 0x0010e0fe0000000001000000000000000010e0fe000000000200000000000000
    < MSI 0xfee01000 0x1 00:02.0
    < MSI 0xfee01000 0x2 00:02.0
    < OK
  `);
});

test('a reset brings back the values of power-on; RAM stays', () => {
  replay(ASSIGN);
  expectConversation(`
    > writel 0x40 0x1234
    < OK
    > readl 0xb0010010
    < OK 0xc0000000
    > reset
    < OK
    > readl 0xb0010010
    < OK 0x0
    > readl 0x40
    < OK 0x1234
    > hello 1 1
    < FAIL expected: hello VERSION
  `);
});

test('save and restore', () => {
  expectConversation(`
    > restore
    < FAIL nothing was saved
    > writel 0x40 1
    < OK
    > save
    < OK
    > intx 00:02.0 1
    < IRQ raise 18
    < OK
    > writel 0x40 2
    < OK
    > restore
    < IRQ lower 18
    < OK
    > readl 0x40
    < OK 0x1
    > restore
    < OK
  `);
});

test('unplug and plug', () => {
  expectConversation(`
    > writel 0xb0018018 0x00010100
    < OK
    > readl 0xb0100000
    < OK 0x1abcd
    > unplug 01:00.0
    < OK
    > readl 0xb0100000
    < OK 0xffffffff
    > unplug 01:00.0
    < FAIL the slot at 01:00.0 is empty
    > plug 01:00.0
    < OK
    > readl 0xb0100000
    < OK 0x1abcd
    > plug 01:00.0
    < FAIL the slot at 01:00.0 is occupied
    > unplug 00:02.0
    < FAIL 00:02.0 is no slot
  `);
});

test('time passes and changes nothing', () => {
  expectConversation(`
    > clock_step 1000000000000
    < OK
    > clock_step soon
    < FAIL expected nanoseconds, found 'soon'
  `);
});

describe('what is not as the protocol has it', () => {
  test.each([
    ['', 'FAIL expected a command, found an empty line'],
    [' ', "FAIL there is no command ''."],
    ['irq_intercept_in ioapic', "FAIL there is no command 'irq_intercept_in'."],
    ['raedl 0', "FAIL there is no command 'raedl'. Did you mean readl?"],
    ['INB 0x80', "FAIL there is no command 'INB'. Did you mean inb?"],
    ['inb', 'FAIL expected: inb PORT'],
    ['inb 1 2', 'FAIL expected: inb PORT'],
    ['inb  1', 'FAIL expected: inb PORT'],
    ['inb 1 ', 'FAIL expected: inb PORT'],
    ['inb 0x10000', "FAIL expected a port from 0 to 0xffff, found '0x10000'"],
    ['inb -1', "FAIL expected a port from 0 to 0xffff, found '-1'"],
    ['inb 1\r', "FAIL expected a port from 0 to 0xffff, found '1?'"],
    ['inq 0', "FAIL there is no command 'inq'. Did you mean inb?"],
    ['outb 0x80 256', "FAIL expected a value of 1 byte, found '256'"],
    ['outw 0x80 0x10000', "FAIL expected a value of 2 bytes, found '0x10000'"],
    ['writel 0 0x100000000', "FAIL expected a value of 4 bytes, found '0x100000000'"],
    ['readl 0x10000000000000000', "FAIL expected an address of at most 64 bits, found '0x10000000000000000'"],
    ['readl 12ab', "FAIL expected an address of at most 64 bits, found '12ab'"],
    ['read 0 0', "FAIL expected a size from 1 to 1048576, found '0'"],
    ['read 0 1048577', "FAIL expected a size from 1 to 1048576, found '1048577'"],
    ['b64read 0 0x7fffffffffffffff', "FAIL expected a size from 1 to 1048576, found '0x7fffffffffffffff'"],
    ['write 0 2 0x123', "FAIL expected 0x and 4 digits, found '0x123'"],
    ['write 0 2 0x12345', "FAIL expected 0x and 4 digits, found '0x12345'"],
    ['write 0 2 0x12 4', 'FAIL expected: write ADDRESS SIZE 0xBYTES'],
    ['write 0 2 0x123g', "FAIL expected 0x and 4 digits, found '0x123g'"],
    ['write 0 2 123456', "FAIL expected 0x and 4 digits, found '123456'"],
    ['memset 0 4 0x100', "FAIL expected a value of 1 byte, found '0x100'"],
    ['fire 00:20.0 0', "FAIL expected a function as bb:dd.f, found '00:20.0'"],
    ['fire 00:02.0 x', "FAIL expected a vector, found 'x'"],
    ['reset now', 'FAIL expected: reset'],
    ['\u0000\u00ff', "FAIL there is no command '??'."],
  ])('%j', (line, answer) => {
    expect(conversation.answer(line)).toBe(`${answer}\n`);
    expect(conversation.answer('readl 0xb0010000')).toBe('OK 0x56781234\n');
  });

  test('an answer never repeats a long word', () => {
    expect(conversation.answer('x'.repeat(100_000)).length).toBeLessThan(120);
    expect(conversation.answer(`readl ${'1'.repeat(100_000)}`).length).toBeLessThan(120);
    expect(conversation.answer(`write 0 2 ${'1'.repeat(100_000)}`).length).toBeLessThan(120);
  });
});
