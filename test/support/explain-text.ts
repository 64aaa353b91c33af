/** Traces of a few lines, and what `barometer explain` prints of them. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { traceSteps } from '../../src/check/trace-steps.ts';
import { Explainer } from '../../src/report/explain/explain.ts';
import type { ExplainOptions } from '../../src/report/explain/explain.ts';
import { plain } from '../../src/report/paint.ts';

/** What is printed of a trace whose lines follow the header. */
export async function explain(lines: string, options: Partial<ExplainOptions> = {}): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'barometer-explain-')), 'trace.txt');
  writeFileSync(path, `barometer.trace/1\n${lines.trim()}\n`);
  let text = '';
  const explainer = new Explainer({
    form: 'episodes',
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    style: { columns: 80, paint: plain },
    write: (more) => {
      text += more;
    },
    ...options,
  });
  const steps = await traceSteps(path, { name: 'trace.txt', onStep: (step) => explainer.step(step) });
  expect(steps).toMatchObject({ complete: true, problems: [] });
  explainer.end(steps);
  return text;
}

/** The part before the summary. */
export async function episodes(lines: string, options: Partial<ExplainOptions> = {}): Promise<string> {
  return (await explain(lines, options)).replace(/\n[^\n]*: no(?: rule is broken|thing shown breaks a rule)\.\n$/, '');
}

/** Identity of an endpoint at 00:02.0. */
export const IDENTITY = `
machine cam=0 power-on=1
read config 00:02.0 0x0 4 -> 0x00101b36
read config 00:02.0 0x8 4 -> 0x01080202
read config 00:02.0 0xe 1 -> 0x0
`;

/** The same, with one MSI-X capability at 40h: 4 vectors, table at BAR 0 + 0x2000, pending bits behind it. */
export const WITH_MSIX = `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 2 -> 0x11
read config 00:02.0 0x42 2 -> 0x3
read config 00:02.0 0x44 4 -> 0x2000
read config 00:02.0 0x48 4 -> 0x3000
read config 00:02.0 0x10 4 -> 0x0
write config 00:02.0 0x10 4 <- 0xffffffff
read config 00:02.0 0x10 4 -> 0xffffc000
write config 00:02.0 0x10 4 <- 0xfe000000
write config 00:02.0 0x4 2 <- 0x6
read config 00:02.0 0x4 2 -> 0x6
`;

/** The other BARs and the ROM are not there, so that nothing else may answer. */
export const OTHER_BARS = ['0x14', '0x18', '0x1c', '0x20', '0x24', '0x30']
  .map((offset) => `write config 00:02.0 ${offset} 4 <- 0xffffffff\nread config 00:02.0 ${offset} 4 -> 0x0\n`)
  .join('');
