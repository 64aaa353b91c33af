import { expect, test } from 'vitest';
import { CARD, timelineOf } from '../../../test/support/timeline.ts';

test('a BAR has a span for each place, from the access that placed it to the one that moved it', async () => {
  const { regions, steps } = await timelineOf(`${CARD}write config 00:03.0 0x10 4 <- 0xfe000000
write config 00:03.0 0x4 2 <- 0x2
read config 00:03.0 0x0 4 -> 0x12348086
write config 00:03.0 0x4 2 <- 0x0
write config 00:03.0 0x10 4 <- 0xfd000000
write config 00:03.0 0x4 2 <- 0x2
read config 00:03.0 0x0 4 -> 0x12348086
`);
  const bar = regions.find(({ name }) => name === 'BAR 0')!;
  expect(bar).toMatchObject({ function: '00:03.0', kind: 'BAR', space: 'memory', grain: 0 });
  expect(bar.spans.map(({ from, to, base, last }) => ({ from, to, base, last }))).toEqual([
    { from: 24, to: 26, base: '0xfe000000', last: '0xfe000fff' },
    { from: 28, to: steps, base: '0xfd000000', last: '0xfd000fff' },
  ]);
  expect(bar.inside).toEqual([
    { name: 'MSI-X table', offset: 0, bytes: 16 },
    { name: 'MSI-X PBA', offset: 0x800, bytes: 8 },
  ]);
});

test('a vector is masked, ready, pending and sends, and a message is its own by address and data', async () => {
  const { vectors } = await timelineOf(`${CARD}write config 00:03.0 0x10 4 <- 0xfe000000
write config 00:03.0 0x4 2 <- 0x6
read config 00:03.0 0x4 2 -> 0x6
write memory 0xfe000000 4 <- 0xfee00000
write memory 0xfe000004 4 <- 0x0
write memory 0xfe000008 4 <- 0x41
write config 00:03.0 0x42 2 <- 0x8000
read config 00:03.0 0x42 2 -> 0x8000
write memory 0xfe00000c 4 <- 0x0
fire 00:03.0 0
message 0xfee00000 0x41 00:03.0
write memory 0xfe00000c 4 <- 0x1
fire 00:03.0 0
read config 00:03.0 0x0 4 -> 0x12348086
message 0xfeedf000 0x99
`);
  const vector = vectors.find(({ name }) => name === 'MSI-X 0')!;
  expect(vector.spans.map(({ state, pending }) => `${state}${pending ? ' pending' : ''}`)).toEqual([
    'masked',
    'ready',
    'masked',
    'masked pending',
  ]);
  expect(vector.messages).toEqual([{ at: 33, count: 1 }]);
  expect(vector.events.map(({ at }) => at)).toEqual([32, 35]);
  expect(vectors.find(({ name }) => name === 'other messages')?.messages).toEqual([{ at: 37, count: 1 }]);
});

test('a finding is told with what came before it', async () => {
  const { before } = await timelineOf(`${CARD}read config 00:03.0 0x0 4 -> 0x12348087\n`);
  const [lines] = Object.values(before);
  expect(lines?.at(-1)).toBe('read config 00:03.0 0x10 4 -> 0xfffff000');
  expect(lines).toHaveLength(11);
});

test('what came before a finding is told in lines of bounded length', async () => {
  const reason = 'x'.repeat(10_000);
  const { before } = await timelineOf(`${CARD}refused write 4 ${reason}\nread config 00:03.0 0x0 4 -> 0x12348087\n`);
  const [lines] = Object.values(before);
  expect(lines?.at(-1)).toMatch(/^refused write 4 x+…$/);
  expect(lines?.at(-1)?.length).toBeLessThan(500);
});
