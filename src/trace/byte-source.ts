import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { systemSentence, TraceError } from './trace-error.ts';

/** Gives the bytes of a trace, uncompressed, in order. */
export interface ByteSource {
  /** Fills `buffer` from `offset`; resolves to the number of bytes, 0 at the end. Rejects when the rest is unreadable. */
  read(buffer: Buffer, offset: number): Promise<number>;
  close(): Promise<void>;
}

/** What can be read: a file by its path (`-`: standard input), or a stream of bytes. */
export type TraceInput = string | { path: string } | { stream: AsyncIterable<Uint8Array>; name: string };

/** Bytes of compressed input that are inflated at a time. */
const COMPRESSED_CHUNK = 64 << 10;

/** Opens an input; compression is recognised by the first two bytes. Throws a TraceError when it cannot be read. */
export async function openSource(input: TraceInput, name: string): Promise<ByteSource> {
  try {
    if (typeof input === 'object' && 'stream' in input) return await openChunks(input.stream);
    const path = typeof input === 'string' ? input : input.path;
    return path === '-' ? await openChunks(process.stdin) : await openFile(path);
  } catch (error) {
    throw new TraceError(systemSentence(name, error), { cause: error });
  }
}

async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  try {
    const magic = Buffer.alloc(2);
    const status = await handle.stat();
    if (status.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    // Only a regular file can be read from its start again; a pipe goes the way of standard input.
    if (!status.isFile()) return await openChunks(fileChunks(handle));
    const { bytesRead } = await handle.read(magic, 0, 2, 0);
    if (isGzip(magic, bytesRead)) return new ChunkSource(inflate(fileChunks(handle)));
    return new FileSource(handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function isGzip(bytes: Uint8Array, length: number): boolean {
  return length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

class FileSource implements ByteSource {
  private readonly handle: FileHandle;
  private position = 0;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    const { bytesRead } = await this.handle.read(buffer, offset, buffer.length - offset, this.position);
    this.position += bytesRead;
    return bytesRead;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A file's bytes in pieces; closes the file at the end. */
async function* fileChunks(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(COMPRESSED_CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Looks at the first bytes of a stream and inflates it if it is compressed. */
async function openChunks(stream: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const chunks = stream[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, Buffer.from(value)]);
  }
  const whole = rejoin(head, chunks);
  return new ChunkSource(isGzip(head, head.length) ? inflate(whole) : whole);
}

async function* rejoin(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const { value, done } = await rest.next();
      if (done === true) return;
      yield Buffer.from(value);
    }
  } finally {
    await rest.return?.();
  }
}

/**
 * Inflates gzip. Each piece of input is awaited before the end is told, so that everything that can be inflated from a
 * stream that was cut comes out before the error does.
 */
async function* inflate(compressed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 << 10 });
  const feeding = feed(compressed, gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
    await feeding;
  } finally {
    gunzip.destroy();
    // The feeder stops at the destroyed stream; its own error has come out of the stream already.
    await feeding.catch(() => undefined);
    await compressed.return(undefined);
  }
}

async function feed(compressed: AsyncIterable<Uint8Array>, gunzip: Gunzip): Promise<void> {
  try {
    for await (const chunk of compressed) {
      await new Promise<void>((resolve, reject) => {
        gunzip.once('close', resolve);
        gunzip.write(chunk, (error) => {
          gunzip.off('close', resolve);
          if (error) reject(error);
          else resolve();
        });
      });
      if (gunzip.destroyed) return;
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

class ChunkSource implements ByteSource {
  private readonly chunks: AsyncGenerator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.chunks = chunks;
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    while (this.chunk.length === 0) {
      const { value, done } = await this.chunks.next();
      if (done === true) return 0;
      this.chunk = value;
    }
    const length = Math.min(this.chunk.length, buffer.length - offset);
    buffer.set(this.chunk.subarray(0, length), offset);
    this.chunk = this.chunk.subarray(length);
    return length;
  }

  async close(): Promise<void> {
    await this.chunks.return(undefined);
  }
}
