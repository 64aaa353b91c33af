import { expect, test } from 'vitest';
import { episodes, explain, IDENTITY, WITH_MSIX } from '../../../test/support/explain-text.ts';

test('the size of a BAR, with decoding switched off around it', async () => {
  expect(
    await episodes(
      `${IDENTITY}
read config 00:02.0 0x10 4 -> 0x4
read config 00:02.0 0x14 4 -> 0x0
write config 00:02.0 0x4 2 <- 0x0
write config 00:02.0 0x10 4 <- 0xffffffff
read config 00:02.0 0x10 4 -> 0xffffc004
write config 00:02.0 0x14 4 <- 0xffffffff
read config 00:02.0 0x14 4 -> 0xffffffff
write config 00:02.0 0x10 4 <- 0x4
write config 00:02.0 0x14 4 <- 0x0
`,
      { from: 3 },
    ),
  ).toBe(`\
BAR 0 of 00:02.0 sized: 16 KiB, memory, 64-bit  [3 to 11]
       3  BAR 0 -> 0x4: memory, 64-bit
       4  BAR 0, upper half -> 0x0: memory, 64-bit, address 0
       5  Command <- 0x0
       6  BAR 0 <- 0xffffffff: all ones: what is the size?
       7  BAR 0 -> 0xffffc004: 16 KiB, memory, 64-bit
          … 3 more
      11  BAR 0, upper half <- 0x0: address 0
`);
});

test('the size of a BAR that was not read before the ones', async () => {
  const text = await episodes(
    `${IDENTITY}
write config 00:02.0 0x10 4 <- 0xffffffff
read config 00:02.0 0x10 4 -> 0xffffc00c
write config 00:02.0 0x18 4 <- 0xffffffff
read config 00:02.0 0x18 4 -> 0xc
write config 00:02.0 0x1c 4 <- 0xffffffff
read config 00:02.0 0x1c 4 -> 0xfffffff8
write config 00:02.0 0x20 4 <- 0xffffffff
read config 00:02.0 0x20 4 -> 0xffe1
write config 00:02.0 0x24 4 <- 0xffffffff
read config 00:02.0 0x24 4 -> 0x0
write config 00:02.0 0x10 4 <- 0xfe000000
`,
    { from: 3 },
  );
  expect(text).toContain(`\
BARs of 00:02.0 sized: BAR 0 16 KiB, memory, 64-bit, prefetchable; BAR 2 32
  GiB, memory, 64-bit, prefetchable; BAR 4 32 B, I/O; not implemented: 5
  [3 to 13]
       3  BAR 0 <- 0xffffffff: all ones: what is the size?
       4  BAR 0 -> 0xffffc00c: 16 KiB, memory, 64-bit, prefetchable
`);
});

test('ones that are not read back size nothing', async () => {
  const text = await episodes(`${IDENTITY}write config 00:02.0 0x10 4 <- 0xffffffff\nread config 00:02.0 0x4 2 -> 0x0`);
  expect(text).toMatch(/^BAR 0 of 00:02.0 asked for a size: not known {2}\[3 to 4\]\n/m);
});

test.each(['reset', 'restore', 'unplug 00:02.0\nplug 00:02.0'])('ones are forgotten at: %s', async (event) => {
  const text = await episodes(`${WITH_MSIX}
write config 00:02.0 0x10 4 <- 0xffffffff
save
${event}
read config 00:02.0 0x0 4 -> 0x00101b36
read config 00:02.0 0xe 1 -> 0x0
read config 00:02.0 0x10 4 -> 0x0
`);
  expect(text).toMatch(/ BAR 0 -> 0x0: .*address 0$/m);
});

test('the expansion ROM has an enable bit', async () => {
  const raw = await explain(
    `${IDENTITY}
write config 00:02.0 0x30 4 <- 0xfffff800
read config 00:02.0 0x30 4 -> 0xfffe0000
write config 00:02.0 0x30 4 <- 0xfe000001
read config 00:02.0 0x30 4 -> 0xfe000001
write config 00:02.0 0x30 4 <- 0xfe000000
`,
    { form: 'raw', from: 3 },
  );
  expect(raw).toContain('Expansion ROM Base Address: all ones: what is the size?\n');
  expect(raw).toContain('Expansion ROM Base Address: 128 KiB\n');
  expect(raw).toContain('Expansion ROM Base Address: address 0xfe000000, enabled\n');
  expect(raw).toContain('Expansion ROM Base Address: 128 KiB, address 0xfe000000, enabled\n');
  expect(raw).toContain('Expansion ROM Base Address: address 0xfe000000, disabled\n');
});

test('a BAR that is placed, and one that is moved', async () => {
  const text = await episodes(`${WITH_MSIX}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x10 4 -> 0xfe000000
write config 00:02.0 0x10 4 <- 0xfd000000
`);
  expect(text).toContain('BAR 0 of 00:02.0 sized and placed: 16 KiB, memory, at 0xfe000000  [9 to 14]\n');
  expect(text).toContain('BAR 0 of 00:02.0 moved: 16 KiB, memory, 0xfe000000 → 0xfd000000  [16 to 17]\n');
});

/** An endpoint of PCI Express with FLR, whose BAR 0 is asked for its size. */
const PROBED = `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 4 -> 0x00020010
read config 00:02.0 0x44 4 -> 0x10008000
write config 00:02.0 0x10 4 <- 0xffffffff
read config 00:02.0 0x10 4 -> 0xffffc000
`;

test.each([
  ['a write of a function level reset', 'write config 00:02.0 0x48 2 <- 0xa810\n', 'memory, address 0\n'],
  ['any other write', 'write config 00:02.0 0x48 2 <- 0x2810\n', 'not implemented\n'],
])('after %s', async (_, write, words) => {
  const raw = await explain(`${PROBED}${write}read config 00:02.0 0x10 4 -> 0x0\n`, { form: 'raw', from: 10 });
  expect(raw).toContain(`00:02.0 BAR 0: ${words}`);
});

test.each([
  ['resets', 0x0, 'memory, address 0\n'],
  ['does not reset', 0x8, 'not implemented\n'],
])('a return from D3hot that %s the function', async (_, noSoftReset, words) => {
  const lines = `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 4 -> 0x00030001
read config 00:02.0 0x44 2 -> 0x${noSoftReset.toString(16)}
write config 00:02.0 0x10 4 <- 0xffffffff
read config 00:02.0 0x10 4 -> 0xffffc000
write config 00:02.0 0x44 2 <- 0x3
read config 00:02.0 0x44 2 -> 0x${(noSoftReset | 3).toString(16)}
write config 00:02.0 0x44 2 <- 0x0
read config 00:02.0 0x10 4 -> 0x0
`;
  expect(await explain(lines, { form: 'raw', from: 12 })).toContain(`00:02.0 BAR 0: ${words}`);
});
