import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hash8, sha256, sha256OfFile } from './hash.ts';

// The value for 'abc' is the example of FIPS 180-2.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('sha256 gives the published value, of text, bytes and files alike', async () => {
  expect(sha256('abc')).toBe(ABC);
  expect(sha256(new Uint8Array([97, 98, 99]))).toBe(ABC);
  const file = join(await mkdtemp(join(tmpdir(), 'barometer-hash-')), 'abc');
  await writeFile(file, 'abc');
  expect(await sha256OfFile(file)).toBe(ABC);
});

test('hash8 is the beginning of sha256', () => {
  expect(hash8('abc')).toBe(ABC.slice(0, 8));
});
