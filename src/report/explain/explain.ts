/** A trace in words: chooses what is shown, and hands text over as it comes. */

import type { Step, StepVerdict, TraceSteps } from '../../check/trace-steps.ts';
import { Annotator } from './annotate.ts';
import type { Annotation } from './annotation.ts';
import { Folder } from './fold.ts';
import type { EpisodeFinding } from './fold.ts';
import { jsonLine, lastLine } from './json.ts';
import { episodeText, rawLine, summaryText } from './text.ts';
import type { TextStyle } from './text.ts';

export interface ExplainOptions {
  form: 'episodes' | 'raw' | 'json';
  /** Only what concerns this function; default: everything. */
  bdf?: number;
  /** First and last index that is shown. */
  from: number;
  to: number;
  style: TextStyle;
  write: (text: string) => void;
}

/** Takes the steps of a trace in order, then its end. */
export class Explainer {
  private readonly options: ExplainOptions;
  private readonly annotator = new Annotator();
  private readonly folder: Folder;
  private readonly findings = new Map<string, EpisodeFinding>();
  /** Accesses and events that were shown. */
  shown = 0;
  /** Of those, the ones that concern the function that was asked for; what happens to the machine does not. */
  concerned = 0;

  constructor(options: ExplainOptions) {
    this.options = options;
    this.folder = new Folder((episode) => options.write(episodeText(episode, options.style)));
  }

  step(step: Step): void {
    // What lies before the range may have begun what goes on in it.
    if (step.index > this.options.to) return;
    const annotation = this.annotator.annotate(step);
    if (!this.isWanted(annotation)) return;
    this.shown++;
    if (!isOfMachine(annotation)) this.concerned++;
    for (const verdict of annotation.verdicts) this.count(verdict);
    const { form, style, write } = this.options;
    if (form === 'raw') write(rawLine(annotation, style));
    else if (form === 'json') write(jsonLine(annotation));
    else this.folder.add(annotation);
  }

  /** Nothing follows; what was judged of the machine as it was left is told at the end. */
  end(trace: TraceSteps): void {
    const { form, style, write, bdf, to } = this.options;
    this.folder.end();
    const last = to >= trace.steps - 1 ? trace.last.filter((verdict) => isAbout(verdict, bdf)) : [];
    if (form === 'json') {
      if (last.length > 0) write(lastLine(last));
      return;
    }
    for (const verdict of last) this.count(verdict);
    write(`\n${summaryText(trace, this.shown, [...this.findings.values()], style)}`);
  }

  private isWanted(annotation: Annotation): boolean {
    const { index, bdf, verdicts } = annotation;
    const { from, bdf: asked } = this.options;
    if (index < from) return false;
    if (asked === undefined || bdf === asked) return true;
    return isOfMachine(annotation) || verdicts.some((verdict) => isAbout(verdict, asked));
  }

  private count(verdict: StepVerdict): void {
    const seen = this.findings.get(verdict.finding.id);
    if (seen === undefined) this.findings.set(verdict.finding.id, { verdict, at: verdict.divergence.index, times: 1 });
    else seen.times++;
  }
}

/** What happens to the machine happens to all its functions. */
function isOfMachine({ bdf, subject }: Annotation): boolean {
  return bdf < 0 && subject === 'machine';
}

function isAbout({ divergence }: StepVerdict, bdf: number | undefined): boolean {
  return bdf === undefined || divergence.function?.bdf === bdf;
}
