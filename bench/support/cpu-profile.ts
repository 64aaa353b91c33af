/** Sums up a CPU profile of V8: which functions the time was spent in. */

import { Session } from 'node:inspector/promises';
import { printTable } from './print.ts';

/** What of a profile is read; the rest of the format is V8's affair. */
export interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: readonly number[] | undefined;
  }[];
  samples?: readonly number[] | undefined;
  timeDeltas?: readonly number[] | undefined;
}

interface Cost {
  self: number;
  /** With everything that it called; a recursive call is counted once. */
  total: number;
}

/** Runs `work` under the profiler. */
export async function profiled(work: () => void): Promise<CpuProfile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

/** Prints the functions with the largest own time, and the share of each file. */
export function printProfile(title: string, profile: CpuProfile, rows = 30): void {
  const { functions, files, whole } = costs(profile);
  const share = (time: number): string => ((100 * time) / whole).toFixed(1);
  const largest = [...functions].toSorted(([, one], [, other]) => other.self - one.self).slice(0, rows);
  printTable(`${title}: functions by own time`, [
    ['', 'own %', 'with callees %'],
    ...largest.map(([name, { self, total }]) => [name, share(self), share(total)]),
  ]);
  const byFile = [...files].toSorted(([, one], [, other]) => other - one).slice(0, 15);
  printTable(`${title}: files`, [['', 'own %'], ...byFile.map(([name, self]) => [name, share(self)])]);
}

function costs(profile: CpuProfile): { functions: Map<string, Cost>; files: Map<string, number>; whole: number } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<number, number>();
  let whole = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const time = Math.max(0, profile.timeDeltas?.[index] ?? 0);
    if (nodes.get(id)?.callFrame.functionName === '(idle)') continue;
    own.set(id, (own.get(id) ?? 0) + time);
    whole += time;
  }
  const functions = new Map<string, Cost>();
  const files = new Map<string, number>();
  const open = new Set<string>();
  const walk = (id: number): number => {
    const node = nodes.get(id);
    if (node === undefined) return 0;
    const name = nameOf(node.callFrame);
    const outermost = !open.has(name);
    open.add(name);
    const self = own.get(id) ?? 0;
    const total = self + (node.children ?? []).reduce((sum, child) => sum + walk(child), 0);
    if (outermost) open.delete(name);
    const cost = functions.get(name) ?? { self: 0, total: 0 };
    cost.self += self;
    if (outermost) cost.total += total;
    functions.set(name, cost);
    const file = fileOf(node.callFrame.url) || node.callFrame.functionName;
    files.set(file, (files.get(file) ?? 0) + self);
    return total;
  };
  const [root] = profile.nodes;
  if (root !== undefined) walk(root.id);
  return { functions, files, whole };
}

function nameOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const file = fileOf(frame.url);
  return `${frame.functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${frame.lineNumber + 1}`}`;
}

/** The path from `src` or the package's name on. */
function fileOf(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(?:dist\/bench|dist|node_modules)\//, '');
}
