import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { artifactLocation, checkoutAround, pathInCheckout } from './checkout.ts';

const CHECKOUT = { directory: '/srv/vmm/ci', root: '/srv/vmm' };
const uri = (path: string) => artifactLocation(path, CHECKOUT);
const inside = (path: string) => ({ uri: path, uriBaseId: '%SRCROOT%' });

test.each([
  ['a.txt', 'ci/a.txt'],
  ['./a.txt', 'ci/a.txt'],
  ['.//b/./../a.txt', 'ci/a.txt'],
  ['../a.txt', 'a.txt'],
  ['/srv/vmm/traces/a.txt', 'traces/a.txt'],
  ['/srv/vmm/ci/../a.txt', 'a.txt'],
  ['a b%#?é.txt', 'ci/a%20b%25%23%3F%C3%A9.txt'],
  ['..a/x', 'ci/..a/x'],
  // A colon in the first part would make a scheme of it.
  ['../qemu:x', 'qemu%3Ax'],
  ['..', '.'],
])('%s is %s from the root of the repository on', (path, expected) => {
  expect(uri(path)).toEqual(inside(expected));
});

test.each([
  ['/tmp/a b.txt', 'file:///tmp/a%20b.txt'],
  ['/srv/vmm2/a%.txt', 'file:///srv/vmm2/a%25.txt'],
  ['../../other/[a].txt', 'file:///srv/other/%5Ba%5D.txt'],
  ['//tmp/./x/../a', 'file:///tmp/a'],
])('%s lies outside: %s', (path, expected) => {
  expect(uri(path)).toEqual({ uri: expected });
  expect(pathInCheckout(path, CHECKOUT)).toBeUndefined();
});

test('wherever the repository lies, the places in it are the same', () => {
  const elsewhere = { directory: '/home/somebody/x y/ci', root: '/home/somebody/x y' };
  for (const path of ['a.txt', './a.txt', '../traces/a.txt'])
    expect(artifactLocation(path, elsewhere)).toEqual(uri(path));
  expect(artifactLocation('/home/somebody/x y/ci/a.txt', elsewhere)).toEqual(uri('/srv/vmm/ci/a.txt'));
});

test('the repository is where .git is, as a folder or a file; without one the root is the directory itself', () => {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  const directory = join(root, 'a/b');
  mkdirSync(directory, { recursive: true });
  expect(checkoutAround(directory)).toEqual({ directory, root: directory });
  mkdirSync(join(root, '.git'));
  expect(checkoutAround(directory)).toEqual({ directory, root });
  writeFileSync(join(root, 'a/.git'), 'gitdir: ../.git/modules/a\n');
  expect(checkoutAround(directory)).toEqual({ directory, root: join(root, 'a') });
});
