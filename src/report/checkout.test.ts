import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('the repository is where .git is, as a folder or a file; without one there is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  const directory = join(root, 'a/b');
  mkdirSync(directory, { recursive: true });
  expect(checkoutAround(directory)).toEqual({ directory, root: undefined });
  mkdirSync(join(root, '.git'));
  expect(checkoutAround(directory)).toEqual({ directory, root });
  writeFileSync(join(root, 'a/.git'), 'gitdir: ../.git/modules/a\n');
  expect(checkoutAround(directory)).toEqual({ directory, root: join(root, 'a') });
});

test('a file of a checkout below the directory is named from the root of that on; without any from the directory on', () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'checkout-')));
  mkdirSync(join(directory, 'vmm/.git'), { recursive: true });
  mkdirSync(join(directory, 'vmm/traces'));
  mkdirSync(join(directory, 'other'));
  const around = checkoutAround(directory);
  expect(pathInCheckout('vmm/traces/a.txt', around)).toBe('traces/a.txt');
  expect(pathInCheckout('other/a.txt', around)).toBe('other/a.txt');
});

test('links are followed as the system does, but for the file itself', () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'checkout-')));
  const directory = join(top, 'real');
  mkdirSync(join(directory, '.git'), { recursive: true });
  mkdirSync(join(top, 'far/away'), { recursive: true });
  symlinkSync(directory, join(top, 'link'));
  symlinkSync(join(top, 'far/away'), join(directory, 'out'));
  writeFileSync(join(top, 'far/b.txt'), '');
  symlinkSync(join(top, 'far/b.txt'), join(directory, 'b.txt'));
  const around = checkoutAround(directory);
  expect(pathInCheckout(join(top, 'link/a.txt'), around)).toBe('a.txt');
  expect(artifactLocation('out/../b.txt', around)).toEqual({ uri: `file://${join(top, 'far/b.txt')}` });
  expect(pathInCheckout('b.txt', around)).toBe('b.txt');
});
