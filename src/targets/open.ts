/** "Make me this target": from what stands on the command line to machines that answer. */
import { readFile } from 'node:fs/promises';
import type { Target } from '../access/target.ts';
import { describeSystemError } from '../core/system-error.ts';
import { createEmulated, DEFAULT_LAYOUT, LayoutError, parseLayout, randomLayout } from './emulated/index.ts';
import type { Layout } from './emulated/index.ts';
import { parseTargetName } from './name.ts';
import { TargetError } from './target-error.ts';

const BYTES_AT_MOST = 4 << 20;
const RANDOM = 'random:';

/**
 * A factory of fresh machines, each as it is after power-on. `name` is the target's name; `layout` is a YAML file or
 * `random:SEED`, without it the default layout is taken. Throws a TargetError that names every problem.
 */
export async function openTarget(name: string, layout?: string): Promise<() => Target> {
  const { faults } = parseTargetName(name);
  const built = await readLayout(layout);
  return () => createEmulated({ layout: built, faults });
}

/** The layout that is meant by `FILE`, `random:SEED` or nothing. Throws a TargetError that names every problem. */
export async function readLayout(layout?: string): Promise<Layout> {
  if (layout === undefined) return DEFAULT_LAYOUT;
  if (layout.startsWith(RANDOM)) {
    const seed = layout.slice(RANDOM.length);
    if (seed === '') throw new TargetError(`${layout}: a seed is expected after the colon: any text.`);
    return randomLayout(seed);
  }
  const bytes = await readBytes(layout);
  try {
    return await parseLayout(bytes.toString('utf8'), layout);
  } catch (error) {
    if (error instanceof LayoutError) throw new TargetError(error.message);
    throw error;
  }
}

async function readBytes(path: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new TargetError(`${path}: ${describeSystemError(error)}`);
  }
  if (bytes.length > BYTES_AT_MOST) throw new TargetError(`${path}: this is too large for a layout (4 MiB at most).`);
  if (bytes.includes(0)) throw new TargetError(`${path}: this is a binary file, not a layout in YAML.`);
  return bytes;
}
