/** Follows a model while a trace is replayed, and keeps what a picture of it needs: bounded, whatever the trace is like. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import type { PciFunction } from '../../model/function.ts';
import type { Watcher } from '../../model/watcher.ts';
import { Recent } from './recent.ts';
import { RegionLanes } from './region-lanes.ts';
import type { Timeline } from './timeline.ts';
import { VectorLanes } from './vector-lanes.ts';

/** Findings that are told with what came before them. */
const TOLD_AT_MOST = 2000;

export class TimelineRecorder implements Watcher {
  /** Accesses and events before the present one. */
  private step = 0;
  private readonly regions: RegionLanes;
  private readonly vectors = new VectorLanes();
  private readonly recent = new Recent();
  private readonly before = new Map<string, string[]>();

  constructor(machine: MachineDescription) {
    this.regions = new RegionLanes(machine);
  }

  /** To be told of each access before the model is. */
  access(access: Access): void {
    this.recent.access(access);
  }

  /** To be told of each event before the model is. */
  event(event: Event): void {
    this.recent.event(event);
  }

  /** The model has had its access, or the event. */
  done(event?: Event): void {
    if (event !== undefined) this.vectors.event(event, this.step);
    this.step++;
  }

  /** A finding occurs for the first time. */
  found(id: string): void {
    if (this.before.size < TOLD_AT_MOST && !this.before.has(id)) this.before.set(id, this.recent.lines());
  }

  decoding(functions: Iterable<PciFunction>, since: number): void {
    for (const f of functions) {
      this.regions.update(f, since);
      this.vectors.update(f, -1, since);
    }
  }

  ecam(ranges: readonly Range[]): void {
    this.regions.ecam(ranges, this.step);
  }

  interrupts(f: PciFunction, index: number): void {
    this.vectors.update(f, index, this.step);
  }

  finish(): Timeline {
    const regions = this.regions.finish(this.step);
    const vectors = this.vectors.finish(this.step);
    return {
      steps: this.step,
      regions,
      vectors,
      omitted: { regions: this.regions.omitted, vectors: this.vectors.omitted },
      before: Object.fromEntries(this.before),
    };
  }
}
