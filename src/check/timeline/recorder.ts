/** Follows a model while a trace is replayed, and keeps what a picture of it needs: bounded, whatever the trace is like. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import type { PciFunction } from '../../model/function.ts';
import type { ModelQueries } from '../../model/queries.ts';
import type { ForwardedWindow, Watcher } from '../../model/watcher.ts';
import { Recent } from './recent.ts';
import { RegionLanes } from './region-lanes.ts';
import type { Timeline } from './timeline.ts';
import { VectorLanes } from './vector-lanes.ts';
import type { Named } from './vector-lanes.ts';

/** Findings that are told with what came before them. */
const TOLD_AT_MOST = 2000;

export class TimelineRecorder implements Watcher {
  /** Accesses and events before the present one. */
  private step = 0;
  private readonly regions: RegionLanes;
  private readonly vectors = new VectorLanes();
  /** Functions that something has changed in, in the present access or event; true: in their interrupts. */
  private readonly touchedOnes = new Map<PciFunction, boolean>();
  private named: Named = () => undefined;
  private readonly recent = new Recent();
  private readonly before = new Map<string, string[]>();

  constructor(machine: MachineDescription) {
    this.regions = new RegionLanes(machine);
  }

  /** To be told what model it is that tells, before the first access. */
  follow(queries: ModelQueries): void {
    this.named = (bdf) => queries.named(bdf);
  }

  /** To be told of each access before the model is. */
  access(access: Access): void {
    this.recent.access(access);
  }

  /** To be told of each event before the model is. */
  event(event: Event): void {
    this.recent.event(event);
  }

  /** The model has had its access. */
  done(): void {
    if (this.touchedOnes.size > 0) this.settle();
    this.step++;
  }

  /** The model has had the event. */
  happened(event: Event): void {
    this.settle();
    this.vectors.event(event, this.named, this.step);
    this.step++;
  }

  /** A finding occurs for the first time. */
  found(id: string): void {
    if (this.before.size < TOLD_AT_MOST && !this.before.has(id)) this.before.set(id, this.recent.lines());
  }

  decoding(
    functions: ReadonlyMap<PciFunction, number>,
    windows: (bridge: PciFunction) => readonly ForwardedWindow[],
  ): void {
    for (const [f, since] of functions) this.regions.update(f, f.isBridge ? windows(f) : NONE, since);
  }

  gone(f: PciFunction): void {
    this.touchedOnes.delete(f);
    this.regions.gone(f, this.step);
    this.vectors.gone(f, this.step);
  }

  renumbered(f: PciFunction): void {
    this.regions.renumbered(f, this.step);
    this.vectors.renumbered(f, this.step);
  }

  restored(f: PciFunction): void {
    this.vectors.refresh(f, this.step);
  }

  ecam(ranges: readonly Range[]): void {
    this.regions.ecam(ranges, this.step);
  }

  touched(f: PciFunction): void {
    if (!this.touchedOnes.has(f)) this.touchedOnes.set(f, false);
  }

  interrupts(f: PciFunction, index: number): void {
    if (index >= 0) this.vectors.update(f, index, this.step);
    else this.touchedOnes.set(f, true);
  }

  finish(): Timeline {
    this.settle();
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

  /** What vectors may do is seen once the access or event has had all its effects. */
  private settle(): void {
    for (const [f, isSure] of this.touchedOnes) {
      if (isSure) this.vectors.update(f, -1, this.step);
      else this.vectors.touched(f, this.step);
    }
    this.touchedOnes.clear();
  }
}

const NONE: readonly ForwardedWindow[] = [];
