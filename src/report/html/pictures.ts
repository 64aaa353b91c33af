/** Timelines as a page has them: short arrays, and no more of them than a page bears. */

import type { Timeline } from '../../check/timeline/timeline.ts';
import type { PagePicture, PageRegionLane, PageVectorLane } from './page-data.ts';
import { VECTOR_STATES } from './page-data.ts';

/** Spans and marks over all pictures of a page: some three megabytes. */
const MARKS_AT_MOST = 60_000;

/** A timeline with the name of its trace, and where its findings first occur. */
export interface NamedTimeline {
  name: string;
  timeline: Timeline;
  divergences: readonly (readonly [number, string])[];
}

/** As many of the timelines, in their order, as there is room for; the places of the others are undefined. */
export function picturesOf(timelines: readonly NamedTimeline[]): (PagePicture | undefined)[] {
  let left = MARKS_AT_MOST;
  return timelines.map(({ name, timeline, divergences }) => {
    const marks =
      timeline.regions.reduce((sum, { spans }) => sum + spans.length, 0) +
      timeline.vectors.reduce(
        (sum, { spans, messages, events }) => sum + spans.length + messages.length + events.length,
        0,
      );
    if (marks > left) return undefined;
    left -= marks;
    return {
      name,
      steps: timeline.steps,
      regions: timeline.regions.map(regionLane),
      vectors: timeline.vectors.map(vectorLane),
      omitted: timeline.omitted,
      divergences: divergences.slice(0, 2000).map(([at, id]) => [at, id]),
    };
  });
}

function regionLane(lane: Timeline['regions'][number]): PageRegionLane {
  return {
    ...lane,
    spans: lane.spans.map(({ from, to, base, last, state, stretches }) => {
      return [from, to, base, last, state === 'on' ? 1 : 0, stretches];
    }),
  };
}

function vectorLane(lane: Timeline['vectors'][number]): PageVectorLane {
  return {
    ...lane,
    spans: lane.spans.map(({ from, to, state, pending, stretches }) => {
      return [from, to, VECTOR_STATES.indexOf(state), pending ? 1 : 0, stretches];
    }),
    messages: lane.messages.map(({ at, count }) => [at, count]),
    events: lane.events.map(({ at, count }) => [at, count]),
  };
}
