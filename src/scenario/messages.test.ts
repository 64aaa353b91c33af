import { expect, test } from 'vitest';
import { messagesOf } from './messages.ts';

const range = (loLo: number, hiLo: number) => ({ loHi: 0, loLo, hiHi: 0, hiLo });

test('another number is another message, at the addresses that a machine watches', () => {
  const messages = messagesOf({ caps: ['fire', 'msi'], messages: [range(0x3ff000, 0x3ff1ff)] });
  const seen = new Set<string>();
  for (let content = 0; content < 0x10000; content++) {
    const { address, data } = messages(content);
    expect(address.hi === 0 && address.lo >= 0x3ff000 && address.lo <= 0x3ff1fc && (address.lo & 3) === 0).toBe(true);
    seen.add(`${address.lo} ${data}`);
  }
  expect(seen.size).toBe(0x10000);
  expect(messages(1)).toEqual({ address: { hi: 0, lo: 0x3ff004 }, data: 0x4020 });
});

test('a machine that shows messages wherever they go gets addresses of local APICs, any other RAM', () => {
  const ram = [range(0x100000, 0x7ffffff)];
  expect(messagesOf({ caps: ['msi'], ram })(1).address.lo >>> 0).toBe(0xfee00000);
  expect(messagesOf({ caps: [], ram })(1).address.lo).toBe(0x300004);
});
