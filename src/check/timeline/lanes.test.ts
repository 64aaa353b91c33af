import { expect, test } from 'vitest';
import { CARD, cardAt, enabledAt, spansOf, timelineOf } from '../../../test/support/timeline.ts';

/** A read that changes nothing. */
const NOTHING = 'read config 00:1f.0 0x0 4 -> 0xffffffff\n';

test('what came after the snapshot ends at the restore, and what was there before goes on', async () => {
  const timeline = await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}save
${cardAt('00:04.0')}${enabledAt('00:04.0', 0xfd000000)}write config 00:04.0 0x42 2 <- 0x8000
write memory 0xfd00000c 4 <- 0x0
intx 00:04.0 1
restore
${NOTHING}${NOTHING}`);
  const restore = timeline.steps - 3;
  expect(spansOf(timeline, '00:04.0', 'BAR 0').map(({ to }) => to)).toEqual([restore]);
  expect(spansOf(timeline, '00:04.0', 'MSI-X 0').at(-1)).toMatchObject({ state: 'ready', to: restore });
  expect(spansOf(timeline, '00:04.0', 'INTx').map(({ to }) => to)).toEqual([restore]);
  expect(spansOf(timeline, '00:03.0', 'BAR 0').map(({ to }) => to)).toEqual([timeline.steps]);
});

test('what was removed after the snapshot is there again from the restore on, in the same lane', async () => {
  const timeline = await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}write config 00:03.0 0x42 2 <- 0x8000
write memory 0xfe00000c 4 <- 0x0
save
unplug 00:03.0
plug 00:03.0
read config 00:03.0 0x0 4 -> 0x56781af4
restore
${NOTHING}message 0x0 0x0 00:03.0
`);
  const restore = timeline.steps - 3;
  const unplug = restore - 3;
  for (const name of ['BAR 0', 'MSI-X 0']) {
    const spans = spansOf(timeline, '00:03.0', name);
    expect(spans.at(-2)).toMatchObject({ to: unplug });
    expect(spans.at(-1)).toMatchObject({ from: restore, to: timeline.steps });
  }
});

test('a restore is dated by itself, whatever was open at the snapshot', async () => {
  const timeline =
    await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}${NOTHING}write config 00:03.0 0x4 2 <- 0x0
save
write config 00:03.0 0x10 4 <- 0xfd000000
write config 00:03.0 0x4 2 <- 0x2
restore
${NOTHING}`);
  const restore = timeline.steps - 2;
  // Off from before the snapshot, on elsewhere, and off again as the snapshot has it.
  expect(spansOf(timeline, '00:03.0', 'BAR 0').map(({ from, to, base }) => [from, to, base])).toEqual([
    [restore - 7, restore - 4, '0xfe000000'],
    [restore - 1, restore, '0xfd000000'],
  ]);
});

test('what was moved and not looked at before the restore was there until then', async () => {
  const timeline = await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}save
write config 00:03.0 0x10 4 <- 0xfd000000
${NOTHING}restore
${NOTHING}`);
  const restore = timeline.steps - 2;
  expect(spansOf(timeline, '00:03.0', 'BAR 0').map(({ to, base }) => [to, base])).toEqual([
    [restore - 2, '0xfe000000'],
    [restore, '0xfd000000'],
    [timeline.steps, '0xfe000000'],
  ]);
});

test('a function that is taken out and put in again has one lane for each of its things', async () => {
  const replug = `unplug 00:03.0\nplug 00:03.0\n${cardAt('00:03.0')}`;
  const on = `${enabledAt('00:03.0', 0xfe000000)}write config 00:03.0 0x42 2 <- 0x8000\nwrite memory 0xfe00000c 4 <- 0x0\n`;
  const other = on.replaceAll('0xfe0', '0xfc0');
  const timeline = await timelineOf(
    `${CARD}${on}${replug}${other}${replug.replaceAll('0x12348086', '0x12348087')}${on}`,
  );
  const names = [...timeline.regions, ...timeline.vectors].map(({ function: owner, name }) => `${owner} ${name}`);
  expect(names).toEqual([...new Set(names)]);
  expect(spansOf(timeline, '00:03.0', 'BAR 0').map(({ base }) => base)).toEqual([
    '0xfe000000',
    '0xfc000000',
    '0xfe000000',
  ]);
});

test('what is learned of one function late is not dated back to a change of another', async () => {
  const timeline = await timelineOf(
    `${cardAt('00:03.0')}${cardAt('00:04.0').replace(/read config 00:04.0 0x4 4.*\n/, '')}write config 00:04.0 0x10 4 <- 0xfd000000
${NOTHING}write config 00:03.0 0x4 2 <- 0x2
${NOTHING}${NOTHING}read config 00:04.0 0x4 4 -> 0x100002
read memory 0xfd000100 4 -> 0x1234
`,
    '',
  );
  const read = timeline.steps - 2;
  expect(spansOf(timeline, '00:04.0', 'BAR 0').at(-1)).toMatchObject({ state: 'on', from: read });
});

test('a change is not dated back to what was learned before it', async () => {
  const timeline = await timelineOf(`${CARD}${enabledAt('00:03.0', 0xfe000000)}${NOTHING}unplug 00:03.0
${NOTHING}`);
  expect(spansOf(timeline, '00:03.0', 'BAR 0').map(({ to }) => to)).toEqual([timeline.steps - 2]);
});

/** A bridge at a place, with a bus below and a memory window. */
function bridgeAt(bdf: string, numbers: string, window: string): string {
  return `read config ${bdf} 0x0 4 -> 0x000c1b36
read config ${bdf} 0x4 4 -> 0x0
read config ${bdf} 0x8 4 -> 0x6040000
read config ${bdf} 0xc 4 -> 0x10000
${[0x10, 0x14, 0x38].map((at) => `write config ${bdf} ${at} 4 <- 0xffffffff\nread config ${bdf} ${at} 4 -> 0x0\n`).join('')}write config ${bdf} 0x18 4 <- ${numbers}
write config ${bdf} 0x20 4 <- ${window}
write config ${bdf} 0x24 4 <- 0xfff0
read config ${bdf} 0x24 4 -> 0xfff0
write config ${bdf} 0x1c 2 <- 0x00f0
write config ${bdf} 0x4 2 <- 0x2
read config ${bdf} 0x4 2 -> 0x2
`;
}

test('a window is shown as far as the bridges above forward it', async () => {
  const timeline =
    await timelineOf(`${bridgeAt('00:01.0', '0x20100', '0xfe0ffe00')}${bridgeAt('01:00.0', '0x20201', '0xfe0ffe00')}${NOTHING}write config 00:01.0 0x4 2 <- 0x0
${NOTHING}write config 00:01.0 0x4 2 <- 0x2
${NOTHING}write config 00:01.0 0x20 4 <- 0xfd0ffd00
read config 00:01.0 0x20 4 -> 0xfd0ffd00
`);
  const { steps } = timeline;
  const lower = spansOf(timeline, '01:00.0', 'memory window');
  expect(lower.map(({ state }) => state)).toEqual(['on', 'on']);
  expect(lower[0]?.to).toBe(steps - 6);
  expect(lower[1]).toMatchObject({ from: steps - 4, to: steps - 2 });
  // The upper one is shut by its own enable alone.
  expect(spansOf(timeline, '00:01.0', 'memory window').map(({ to }) => to)).toEqual([steps - 6, steps - 2, steps]);
});

test('a function whose bus gets another number goes on in the lanes of that number', async () => {
  const timeline =
    await timelineOf(`${bridgeAt('00:01.0', '0x20100', '0xfe0ffe00')}${cardAt('01:00.0')}${enabledAt('01:00.0', 0xfe000000)}write config 01:00.0 0x42 2 <- 0x8000
write memory 0xfe00000c 4 <- 0x0
write config 00:01.0 0x18 4 <- 0x20200
read config 02:00.0 0x0 4 -> 0x12348086
fire 02:00.0 0
${NOTHING}`);
  const renumbered = timeline.steps - 4;
  for (const name of ['BAR 0', 'MSI-X 0']) {
    expect(spansOf(timeline, '01:00.0', name).at(-1)?.to).toBe(renumbered);
    expect(spansOf(timeline, '02:00.0', name)).toMatchObject([{ from: renumbered, to: timeline.steps }]);
  }
  expect(timeline.vectors.find((lane) => lane.function === '02:00.0' && lane.name === 'MSI-X 0')?.events).toEqual([
    { at: timeline.steps - 2, count: 1 },
  ]);
});
