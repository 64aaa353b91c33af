/** BARs that are sized, placed, moved or looked at. */

import { formatBdf } from '../../access/bdf.ts';
import type { Annotation } from './annotation.ts';
import { barKind, barName } from './bars.ts';
import type { FollowedBar } from './bars.ts';
import type { Story } from './story.ts';
import { hex, listed } from './words.ts';

/** One BAR over an episode. */
interface Course {
  last: FollowedBar;
  /** A size was asked for. */
  probed: boolean;
  written: boolean;
  /** Address before the first write that was no probe, as far as it is known. */
  from: bigint | undefined;
  to: bigint | undefined;
}

export class BarStory implements Story {
  private bdf = 0;
  private readonly courses = new Map<number, Course>();

  add({ bdf, bar, way }: Annotation): void {
    this.bdf = bdf;
    if (bar === undefined) return;
    const course = this.courses.get(bar.index);
    const write = way === 'write';
    if (course === undefined) {
      const from = bar.probe || write ? undefined : bar.address;
      this.courses.set(bar.index, {
        last: bar,
        probed: bar.probe,
        written: write && !bar.probe,
        from,
        to: bar.address,
      });
      return;
    }
    course.last = bar;
    course.probed ||= bar.probe;
    course.written ||= write && !bar.probe;
    if (bar.probe) return;
    if (!write) course.from ??= course.written ? undefined : bar.address;
    course.to = bar.address;
  }

  title(): string {
    const courses = [...this.courses.values()];
    const sized = courses.some(({ probed, last }) => probed && (last.none || last.exponent >= 0));
    const probed = courses.some((course) => course.probed);
    const placed = courses.some((course) => isPlaced(course));
    const moved = courses.some((course) => isMoved(course));
    const verb = moved ? 'moved' : 'placed';
    const what = sized
      ? placed
        ? `sized and ${verb}`
        : 'sized'
      : placed
        ? verb
        : probed
          ? 'asked for a size'
          : 'looked at';
    const of = formatBdf(this.bdf);
    const [only] = courses;
    if (only !== undefined && courses.length === 1)
      return `${barName(only.last.index)} of ${of} ${what}: ${courseWords(only)}`;
    const there = courses.filter(({ last }) => !last.none);
    const missing = courses.filter(({ last }) => last.none).map(({ last }) => shortName(last.index));
    const parts = there.map((course) => `${barName(course.last.index)} ${courseWords(course)}`);
    if (missing.length > 0) parts.push(`not implemented: ${missing.join(', ')}`);
    return `BARs of ${of} ${what}: ${parts.join('; ')}`;
  }
}

function shortName(index: number): string {
  return index === 6 ? 'ROM' : String(index);
}

function isPlaced({ written, from, to, last }: Course): boolean {
  return written && !last.none && to !== undefined && to !== from;
}

function isMoved(course: Course): boolean {
  const { from, to } = course;
  return isPlaced(course) && from !== undefined && from !== 0n && to !== 0n;
}

/** `16 KiB, memory, at 0xfe000000`. */
function courseWords(course: Course): string {
  const { last, from, to } = course;
  const moved = isPlaced(course) && from !== undefined && from !== 0n && to !== 0n;
  const place = last.none || to === undefined || to === 0n ? '' : moved ? `${hex(from)} → ${hex(to)}` : `at ${hex(to)}`;
  const words = listed([barKind(last), place]);
  return words === '' ? 'not known' : words;
}
