/** Folds annotations into episodes as they come; what it keeps of one is bounded. */

import type { StepVerdict } from '../../check/trace-steps.ts';
import type { Annotation, SubjectKind } from './annotation.ts';
import { storyOf } from './stories.ts';
import type { Story } from './story.ts';

/** Details of an episode that are kept from its beginning; of the others only the last. */
const DETAILS_AT_MOST = 5;
/** Reads one behind the other that make a walk through configuration space. */
const DUMP_AT_LEAST = 8;
/** Accesses beside an episode after which it is over. */
const BESIDE_AT_MOST = 64;

/** An access, and how often it came in a row. */
export interface Detail {
  annotation: Annotation;
  times: number;
}

/** A finding in an episode, where it came first, and how often. */
export interface EpisodeFinding {
  verdict: StepVerdict;
  at: number;
  times: number;
}

export interface Episode {
  subject: SubjectKind;
  title: string;
  /** Index of the first and the last access or event. */
  first: number;
  last: number;
  /** Accesses and events. */
  count: number;
  details: readonly Detail[];
  /** Accesses and events that are not in `details`. */
  omitted: number;
  /** The last detail, where some are omitted before it. */
  end: Detail | undefined;
  /** Accesses in between that no function has to do with. */
  beside: number;
  findings: readonly EpisodeFinding[];
}

/** Whether an access may belong to an episode of another subject, of the same function. */
const JOINS: Readonly<Partial<Record<SubjectKind, readonly SubjectKind[]>>> = {
  // Decoding is switched off and on around a change of what is decoded.
  command: ['bars', 'bridge', 'rom'],
};

export class Folder {
  private readonly emit: (episode: Episode) => void;
  private open: OpenEpisode | undefined;
  /** Reads one behind the other that may become a walk through configuration space. */
  private run: Annotation[] = [];
  private walking = false;
  private besideInRow = 0;

  constructor(emit: (episode: Episode) => void) {
    this.emit = emit;
  }

  add(annotation: Annotation): void {
    // What stands beside the registers, in time and in meaning, ends nothing; a verdict in it is shown all the same.
    if (annotation.subject === 'index' && annotation.verdicts.length === 0) return;
    const isBeside = annotation.subject === 'elsewhere' && annotation.verdicts.length === 0;
    if (isBeside && this.besideInRow < BESIDE_AT_MOST && (this.open !== undefined || this.run.length > 0)) {
      this.besideInRow++;
      if (this.run.length > 0) this.flushRun();
      this.open?.beside();
      return;
    }
    this.besideInRow = 0;
    if (isDumpLike(annotation)) this.walk(annotation);
    else {
      this.flushRun();
      this.take(annotation, annotation.subject);
    }
  }

  end(): void {
    this.flushRun();
    this.close();
  }

  private walk(annotation: Annotation): void {
    const before = this.run.at(-1);
    const goesOn = before?.bdf === annotation.bdf && before.offset + before.width === annotation.offset;
    if (!goesOn) this.flushRun();
    this.run.push(annotation);
    if (this.walking) {
      this.take(annotation, 'dump');
      this.run = [annotation];
    } else if (this.run.length === DUMP_AT_LEAST) {
      this.walking = true;
      for (const one of this.run) this.take(one, 'dump');
      this.run = [annotation];
    }
  }

  private flushRun(): void {
    const { run, walking } = this;
    this.run = [];
    this.walking = false;
    if (!walking) for (const one of run) this.take(one, one.subject);
  }

  private take(annotation: Annotation, subject: SubjectKind): void {
    const key = keyOf(annotation, subject);
    const { open } = this;
    const joins =
      open !== undefined &&
      (open.key === key ||
        (JOINS[subject]?.includes(open.subject) === true && open.bdf === annotation.bdf) ||
        (open.isVain && isVain(annotation, subject)));
    if (!joins) {
      this.close();
      this.open = new OpenEpisode(subject, key, annotation.bdf);
    }
    this.open?.add(annotation);
  }

  private close(): void {
    if (this.open !== undefined) this.emit(this.open.finish());
    this.open = undefined;
  }
}

function isDumpLike({ way, mechanism, f, width }: Annotation): boolean {
  return way === 'read' && mechanism !== '' && f !== undefined && width > 0;
}

/** What consecutive annotations must share to be one episode. */
function keyOf({ bdf, structure, index }: Annotation, subject: SubjectKind): string {
  switch (subject) {
    case 'identity':
      return `identity ${bdf >>> 8}`;
    case 'device':
    case 'elsewhere':
    case 'mechanism':
    case 'index':
      return subject;
    case 'machine':
      return `machine ${index}`;
    case 'structure':
      return `${structure} ${bdf}`;
    default:
      return `${subject} ${bdf}`;
  }
}

/** Somebody looks for a function where none is; whole buses of that are one episode. */
function isVain({ f }: Annotation, subject: SubjectKind): boolean {
  return subject === 'identity' && f === undefined;
}

class OpenEpisode {
  readonly subject: SubjectKind;
  readonly key: string;
  readonly bdf: number;
  private readonly story: Story;
  private readonly details: Detail[] = [];
  private last: Detail | undefined;
  private readonly findings = new Map<string, EpisodeFinding>();
  private firstAt = -1;
  private lastAt = -1;
  private count = 0;
  private besides = 0;
  /** Nobody was found so far. */
  isVain = true;

  constructor(subject: SubjectKind, key: string, bdf: number) {
    this.subject = subject;
    this.key = key;
    this.bdf = bdf;
    this.story = storyOf(subject);
  }

  beside(): void {
    this.besides++;
  }

  add(annotation: Annotation): void {
    this.story.add(annotation);
    this.isVain &&= isVain(annotation, this.subject);
    if (this.count++ === 0) this.firstAt = annotation.index;
    this.lastAt = annotation.index;
    for (const verdict of annotation.verdicts) {
      const seen = this.findings.get(verdict.finding.id);
      if (seen === undefined)
        this.findings.set(verdict.finding.id, { verdict, at: verdict.divergence.index, times: 1 });
      else seen.times++;
    }
    if (this.last !== undefined && isSame(this.last.annotation, annotation)) {
      this.last.times++;
      return;
    }
    this.last = { annotation, times: 1 };
    if (this.details.length < DETAILS_AT_MOST) this.details.push(this.last);
  }

  finish(): Episode {
    const { subject, story, firstAt, lastAt, count, details, last, besides } = this;
    const shown = details.reduce((sum, { times }) => sum + times, 0);
    const end = last === undefined || details.includes(last) ? undefined : last;
    return {
      subject,
      title: story.title(),
      first: firstAt,
      last: lastAt,
      count,
      details,
      omitted: count - shown - (end?.times ?? 0),
      end,
      beside: besides,
      findings: [...this.findings.values()],
    };
  }
}

function isSame(one: Annotation, other: Annotation): boolean {
  return (
    one.bdf === other.bdf &&
    one.place === other.place &&
    one.way === other.way &&
    one.value === other.value &&
    one.meaning === other.meaning
  );
}
