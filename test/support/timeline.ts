/** Timelines of short traces, for tests. */

import { expect } from 'vitest';
import { replayText } from '../../src/check/replay.ts';
import type { RegionSpan, Timeline, VectorSpan } from '../../src/check/timeline/timeline.ts';

/** First lines of a trace: from power-on, of a source that tells of messages and of events behind vectors. */
const FROM_POWER_ON = 'machine power-on=1 caps=msi,fire\n';

/** A network card with a memory BAR of 4 KiB and MSI-X with one vector in it, as somebody looks at it for the first time. */
export function cardAt(bdf: string): string {
  return `read config ${bdf} 0x0 4 -> 0x12348086
read config ${bdf} 0x4 4 -> 0x100000
read config ${bdf} 0x8 4 -> 0x2000000
read config ${bdf} 0xc 4 -> 0x0
read config ${bdf} 0x34 4 -> 0x40
read config ${bdf} 0x40 4 -> 0x11
read config ${bdf} 0x44 4 -> 0x0
read config ${bdf} 0x48 4 -> 0x800
read config ${bdf} 0x10 4 -> 0x0
${[0x14, 0x18, 0x1c, 0x20, 0x24, 0x30].map((at) => `write config ${bdf} ${at} 4 <- 0xffffffff\nread config ${bdf} ${at} 4 -> 0x0\n`).join('')}write config ${bdf} 0x10 4 <- 0xffffffff
read config ${bdf} 0x10 4 -> 0xfffff000
`;
}

/** One at 00:03.0. */
export const CARD = cardAt('00:03.0');

/** Its BAR is placed and switched on. */
export function enabledAt(bdf: string, address: number): string {
  return `write config ${bdf} 0x10 4 <- 0x${address.toString(16)}
write config ${bdf} 0x4 2 <- 0x6
read config ${bdf} 0x4 2 -> 0x6
`;
}

/** What `check` records of a trace without its first lines. */
export async function timelineOf(lines: string, machine = FROM_POWER_ON): Promise<Timeline> {
  const text = `barometer.trace/1\n${machine}${lines}`;
  const report = await replayText(text, { name: 'a.txt', timeline: true });
  expect(report.problems).toEqual([]);
  return report.timeline!;
}

/** A span of a region or of an interrupt. */
type Span = Partial<Omit<RegionSpan & Omit<VectorSpan, 'state'>, 'from' | 'to' | 'state'>> &
  Pick<RegionSpan, 'from' | 'to'> & { state: RegionSpan['state'] | VectorSpan['state'] };

/** The spans of the one lane of this name; none where there is none. */
export function spansOf(timeline: Timeline, owner: string, name: string): readonly Span[] {
  const lanes = [...timeline.regions, ...timeline.vectors].filter(
    (lane) => lane.function === owner && lane.name === name,
  );
  expect(lanes.length).toBeLessThanOrEqual(1);
  return lanes[0]?.spans ?? [];
}
