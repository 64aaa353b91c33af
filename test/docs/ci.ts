/** Pipelines of CI systems: their commands are run, and what they say to the action is held against action.yml. */
import { parse } from 'yaml';
import { readText } from '../support/repository.ts';
import type { Block } from './blocks.ts';
import { parseProblem } from './command-lines.ts';
import { shellProblems } from './shell.ts';
import type { Workshop } from './workshop.ts';

interface Step {
  uses?: string;
  run?: string;
  /** Words, or what YAML makes of them. */
  with?: Record<string, string | boolean>;
}
interface Job {
  steps?: Step[];
  script?: string[];
}

const { inputs } = parse(readText('action.yml')) as { inputs: Record<string, { required?: boolean }> };

/** One pipeline of GitHub (`jobs`) or of GitLab (jobs at the top). */
export function ciProblems(block: Block, workshop: Workshop, leftOut: string[]): string[] {
  const pipeline = parse(block.text) as { jobs?: Record<string, Job> };
  const jobs = Object.values(pipeline.jobs ?? (pipeline as Record<string, Job>));
  const steps = jobs.flatMap((job) => job.steps ?? []);
  const scripts = jobs.flatMap((job) => job.script ?? []);
  const ours = steps.filter(({ uses = '' }) => /\/barometer@/.test(uses));
  if (ours.length + scripts.length === 0) return ['nothing of Barometer is in it'];
  for (const { run } of steps) if (run !== undefined) leftOut.push(`${run}: a script of the reader's own`);
  return [
    ...ours.flatMap((step) => actionProblems(step.with ?? {})),
    ...scripts.flatMap((text) => shellProblems({ ...block, text: `${text}\n` }, workshop, leftOut)),
  ];
}

function actionProblems(given: Record<string, string | boolean>): string[] {
  const unknown = Object.keys(given).filter((name) => inputs[name] === undefined);
  const missing = Object.keys(inputs).filter((name) => inputs[name]?.required === true && given[name] === undefined);
  const words = String(given['arguments'] ?? '')
    .split('\n')
    .filter((word) => word !== '');
  const problem = parseProblem([String(given['command'] ?? 'check'), ...words]);
  return [
    ...unknown.map((name) => `the action has no input ${name}`),
    ...missing.map((name) => `the action needs the input ${name}`),
    ...(problem === '' ? [] : [problem]),
  ];
}
