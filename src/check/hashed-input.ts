import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { sha256OfFile } from '../core/hash.ts';
import type { TraceInput } from '../trace/index.ts';

/** Where a trace comes from, as the reader of traces takes it, and the hash of its bytes. */
export interface HashedInput {
  input: TraceInput;
  /** SHA-256 of the bytes; to be asked when reading is over. Empty when the file cannot be read. */
  readonly sha256: () => string;
}

/**
 * Prepares a trace for reading. A file is hashed beforehand, since reading may stop early; standard input and pipes
 * can be read once only, so they are hashed as far as they are read. A path that cannot be read is handed on as it
 * is: the reader of traces says what is wrong with it.
 */
export async function hashedInput(path: string, name: string): Promise<HashedInput> {
  if (path === '-') return tapped(process.stdin, name);
  try {
    const status = await stat(path);
    if (status.isFile()) {
      const hash = await sha256OfFile(path);
      return { input: path, sha256: () => hash };
    }
    if (status.isFIFO() || status.isCharacterDevice() || status.isSocket()) {
      return tapped(createReadStream(path), name);
    }
  } catch {
    // Said by the reader.
  }
  return { input: path, sha256: () => '' };
}

function tapped(source: AsyncIterable<Uint8Array>, name: string): HashedInput {
  const hash = createHash('sha256');
  async function* stream(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { input: { stream: stream(), name }, sha256: () => hash.digest('hex') };
}
