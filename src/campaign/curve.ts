/** How a campaign went, over the accesses of its programs: some points of it, however long it was. */

/** What is counted. */
export type CurveCounts = Readonly<Record<'rules exercised' | 'features reached' | 'new findings', number>>;

export interface CurvePoint {
  /** That programs had asked for until then. */
  accesses: number;
  counts: CurveCounts;
}

/** Points that are kept; beyond, every second one is dropped, and fewer are taken from then on. */
const POINTS_AT_MOST = 512;

export class Curve {
  private kept: CurvePoint[] = [];
  /** Only every so many points is kept. */
  private every = 1;
  private added = 0;
  private last: CurvePoint | undefined;

  add(accesses: number, counts: CurveCounts): void {
    const point = { accesses, counts };
    this.last = point;
    if (this.added++ % this.every !== 0) return;
    this.kept.push(point);
    if (this.kept.length <= POINTS_AT_MOST) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  /** In order; the last point that was added is always among them. */
  points(): readonly CurvePoint[] {
    return this.last === undefined || this.kept.at(-1) === this.last ? this.kept : [...this.kept, this.last];
  }
}
