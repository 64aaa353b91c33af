import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of text (as UTF-8) or bytes, as 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** First eight hexadecimal digits of the SHA-256: short enough for names that people read and type. */
export function hash8(content: string | Uint8Array): string {
  return sha256(content).slice(0, 8);
}

/** SHA-256 of a file's bytes, read in pieces so that its size does not matter. Rejects with the system's error. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
