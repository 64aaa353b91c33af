/**
 * Lists that stay short however long a trace is: beyond a bound their entries are put together by equal stretches of time,
 * of twice the length each time. What comes out depends on what was added alone.
 */

/** Entries up to which every one is kept. */
const MOST = 1024;
/** Accesses in the first stretch. */
const FIRST_GRAIN = 16;

interface Span {
  from: number;
  to: number;
  stretches: number;
}

/** Spans in order of time that do not overlap. */
export class BoundedSpans<T extends Span> {
  grain = 0;
  private spans: T[] = [];
  private readonly most: number;

  constructor(most = MOST) {
    this.most = most;
  }

  add(span: T): void {
    this.put(this.spans, span);
    while (this.spans.length > this.most) {
      this.grain = Math.max(FIRST_GRAIN, 2 * this.grain);
      const coarser: T[] = [];
      for (const one of this.spans) this.put(coarser, one);
      this.spans = coarser;
    }
  }

  /** Takes in a span that is none of the longest of its stretch; false: it has to be added. */
  absorb(from: number, to: number): boolean {
    const { grain } = this;
    const last = this.spans.at(-1);
    if (grain === 0 || last === undefined || to - from > last.to - last.from) return false;
    if (bucket(last.from, grain) !== bucket(from, grain)) return false;
    last.to = to;
    last.stretches++;
    return true;
  }

  list(): readonly T[] {
    return this.spans;
  }

  /** Of spans that begin in one stretch the longest stands for all. */
  private put(spans: T[], span: T): void {
    const last = spans.at(-1);
    if (last === undefined || this.grain === 0 || bucket(last.from, this.grain) !== bucket(span.from, this.grain)) {
      spans.push(span);
      return;
    }
    // Changed in place: there may be millions of them.
    if (span.to - span.from > last.to - last.from) {
      span.from = last.from;
      span.stretches += last.stretches;
      spans[spans.length - 1] = span;
    } else {
      last.to = span.to;
      last.stretches += span.stretches;
    }
  }
}

/** Moments in order. */
export class BoundedMarks {
  grain = 0;
  private marks: { at: number; count: number }[] = [];

  add(at: number): void {
    this.put(this.marks, at, 1);
    while (this.marks.length > MOST) {
      this.grain = Math.max(FIRST_GRAIN, 2 * this.grain);
      const coarser: { at: number; count: number }[] = [];
      for (const mark of this.marks) this.put(coarser, mark.at, mark.count);
      this.marks = coarser;
    }
  }

  list(): readonly { at: number; count: number }[] {
    return this.marks;
  }

  private put(marks: { at: number; count: number }[], at: number, count: number): void {
    const last = marks.at(-1);
    if (last !== undefined && this.grain > 0 && bucket(last.at, this.grain) === bucket(at, this.grain))
      last.count += count;
    else marks.push({ at, count });
  }
}

function bucket(at: number, grain: number): number {
  return Math.floor(at / grain);
}
