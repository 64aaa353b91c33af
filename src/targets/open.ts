/** "Make me this target": from what stands on the command line to machines that answer. */
import { readFile } from 'node:fs/promises';
import type { Target } from '../access/target.ts';
import { describeSystemError } from '../core/system-error.ts';
import { createEmulated, DEFAULT_LAYOUT, LayoutError, parseLayout, randomLayout } from './emulated/index.ts';
import type { Layout } from './emulated/index.ts';
import { parseTargetName } from './name.ts';
import { TargetError } from './target-error.ts';
import { openWire } from './wire/open-wire.ts';

const BYTES_AT_MOST = 4 << 20;
const RANDOM = 'random:';

/** Milliseconds that a target behind a wire may take for an answer. */
export const TIMEOUT = 10_000;

/** A layout that can be sent elsewhere: `text` is what stood in the file of this name; `random:SEED` needs none. */
export interface LayoutSource {
  /** As the user typed it. */
  name: string;
  /** YAML. */
  text?: string;
}

/** Reads what is meant by `FILE` or `random:SEED`. Throws a TargetError for a file that cannot be read. */
export async function layoutSource(name: string): Promise<LayoutSource> {
  return name.startsWith(RANDOM) ? { name } : { name, text: (await readBytes(name)).toString('utf8') };
}

/**
 * A factory of fresh machines, each as it is after power-on. `name` is the target's name; `layout` is a YAML file or
 * `random:SEED`, or what was read of it; without it the default layout is taken. `timeout`: milliseconds until a target behind a wire must have
 * answered. Throws a TargetError that names every problem; the factory throws a TargetDied for a target that does not
 * start.
 */
export async function openTarget(
  name: string,
  layout?: string | LayoutSource,
  timeout = TIMEOUT,
): Promise<() => Target> {
  const parsed = parseTargetName(name);
  if (parsed.kind !== 'emulated') {
    if (layout !== undefined) throw new TargetError(`${parsed.kind}: only the emulated target is built from a layout.`);
    return openWire(parsed.kind, parsed.rest, timeout);
  }
  const { faults } = parsed;
  const built = await readLayout(layout);
  return () => createEmulated({ layout: built, faults });
}

/** The layout that is meant by `FILE`, `random:SEED` or nothing. Throws a TargetError that names every problem. */
export async function readLayout(layout?: string | LayoutSource): Promise<Layout> {
  if (layout === undefined) return DEFAULT_LAYOUT;
  const { name, text } = typeof layout === 'string' ? await layoutSource(layout) : layout;
  if (text === undefined) {
    const seed = name.slice(RANDOM.length);
    if (seed === '') throw new TargetError(`${name}: a seed is expected after the colon: any text.`);
    return randomLayout(seed);
  }
  try {
    return await parseLayout(text, name);
  } catch (error) {
    if (error instanceof LayoutError) throw new TargetError(error.message, true);
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
