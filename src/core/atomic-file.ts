import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeDirectory } from './make-directory.ts';

/**
 * Writes a file so that a reader sees the old content or the new one, never a part: into a temporary neighbour, then
 * renamed over the target. Rejects with the system's error, and leaves no temporary file behind.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = neighbour(path);
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Fills a new directory and puts it in the place of `path` by rename, so that a directory of this name is always a
 * whole one. `fill` gets the temporary directory; if it rejects, whatever stood at `path` stays.
 */
export async function replaceDirectory(path: string, fill: (directory: string) => Promise<void>): Promise<void> {
  makeDirectory(dirname(path));
  const temporary = neighbour(path);
  const old = neighbour(path);
  try {
    await mkdir(temporary);
    await fill(temporary);
    // A directory cannot be renamed over one that has content: the old one steps aside first, and comes back if the
    // new one cannot take its place.
    const hadOld = await moved(path, old);
    try {
      await rename(temporary, path);
    } catch (error) {
      if (hadOld) await rename(old, path);
      throw error;
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** A name beside `path` that nobody else uses; on the same file system, so that a rename is possible. */
function neighbour(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
}
