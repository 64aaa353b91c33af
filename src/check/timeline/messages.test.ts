import { expect, test } from 'vitest';
import { CARD, enabledAt, spansOf, timelineOf } from '../../../test/support/timeline.ts';

/** A network card with MSI of two vectors that can be masked, at 00:03.0. */
const MSI_CARD = CARD.replace('0x40 4 -> 0x11', '0x40 4 -> 0x1020005')
  .replace('0x44 4 -> 0x0', '0x4c 4 -> 0x0')
  .replace('0x48 4 -> 0x800', '0x50 4 -> 0x0');

/** MSI is set up with data 40h and enabled with both vectors. */
const MSI_ON = `write config 00:03.0 0x44 4 <- 0xfee00000
write config 00:03.0 0x48 2 <- 0x40
write config 00:03.0 0x4 2 <- 0x6
read config 00:03.0 0x4 2 -> 0x6
write config 00:03.0 0x42 2 <- 0x113
`;

test('each vector of MSI is masked, pending and ready by itself', async () => {
  const timeline = await timelineOf(`${MSI_CARD}${MSI_ON}write config 00:03.0 0x4c 4 <- 0x2
read config 00:03.0 0x4c 4 -> 0x2
fire 00:03.0 1
fire 00:03.0 0
message 0xfee00000 0x40 00:03.0
write config 00:03.0 0x4c 4 <- 0x0
message 0xfee00000 0x41 00:03.0
write config 00:03.0 0x42 2 <- 0x0103
read config 00:03.0 0x0 4 -> 0x12348086
`);
  const shown = (name: string): string[] =>
    spansOf(timeline, '00:03.0', name).map(({ state, pending }) => `${state}${pending ? ' pending' : ''}`);
  expect(shown('MSI 0')).toEqual(['ready']);
  expect(shown('MSI 1')).toEqual(['ready', 'masked', 'masked pending', 'ready']);
  const marks = (name: string): number[][] => {
    const lane = timeline.vectors.find((one) => one.name === name);
    return [lane?.messages.map(({ at }) => at) ?? [], lane?.events.map(({ at }) => at) ?? []];
  };
  const { steps } = timeline;
  expect(marks('MSI 0')).toEqual([[steps - 5], [steps - 6]]);
  expect(marks('MSI 1')).toEqual([[steps - 3], [steps - 7]]);
});

test('a pending bit that was read stays until the mask is written', async () => {
  const timeline = await timelineOf(`${MSI_CARD}${MSI_ON}write config 00:03.0 0x4c 4 <- 0x2
read config 00:03.0 0x50 4 -> 0x2
read config 00:03.0 0x0 4 -> 0x12348086
write config 00:03.0 0x4c 4 <- 0x0
write config 00:03.0 0x4c 4 <- 0x2
read config 00:03.0 0x0 4 -> 0x12348086
`);
  const { steps } = timeline;
  expect(spansOf(timeline, '00:03.0', 'MSI 1').map(({ from, state, pending }) => [from, state, pending])).toEqual([
    [steps - 7, 'ready', false],
    [steps - 6, 'masked', false],
    [steps - 5, 'masked', true],
    [steps - 3, 'ready', false],
    [steps - 2, 'masked', false],
  ]);
});

test('a message of which the source tells a part of the data belongs to the vector that it fits', async () => {
  const { vectors } =
    await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}write memory 0xfe000000 4 <- 0xfee00000
write memory 0xfe000004 4 <- 0x0
write memory 0xfe000008 4 <- 0x4041
write config 00:03.0 0x42 2 <- 0x8000
write memory 0xfe00000c 4 <- 0x0
message 0xfee00000 0x41/0x87ff
message 0xfee00000 0x141/0x87ff
`);
  const marked = vectors.filter(({ messages }) => messages.length > 0);
  expect(marked.map(({ name, messages }) => [name, messages.length])).toEqual([
    ['other messages', 1],
    ['MSI-X 0', 1],
  ]);
});
