import { expect, test } from 'vitest';
import { readText } from '../support/repository.ts';

interface LockEntry {
  version?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockEntry> };
const manifest = JSON.parse(readText('package.json')) as Record<string, Record<string, string> | undefined>;
const entries = Object.entries(lock.packages);

// Native tools publish one package a platform, often later than the parent. `npm install` leaves the missing ones out
// without a word, and then `npm ci` refuses the lock on every machine.
test('the lock file has every optional package that its packages name', () => {
  const present = new Set(entries.map(([path]) => path.split('node_modules/').at(-1)));
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !present.has(name))
      .map((name) => `${path} names ${name}`),
  );
  expect(entries.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('the lock file has no download addresses', () => {
  expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
});

test('no package runs a script when it is installed', () => {
  // The file watcher of macOS is optional and never built from source where it comes ready-made; so is the quick reader of
  // BullMQ, whose script the manifest denies to be run at all.
  const ready = /\/(fsevents|msgpackr-extract)$/;
  const scripted = entries.filter(([path, entry]) => entry.hasInstallScript === true && !ready.test(path));
  expect(manifest['allowScripts']).toEqual({ 'msgpackr-extract': false });
  expect(scripted.map(([path]) => path)).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  const all = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('every dependency has its reason in docs/dependencies.md', () => {
  const reasons = readText('docs/dependencies.md');
  const all = Object.keys({ ...manifest['dependencies'], ...manifest['devDependencies'] });
  expect(all.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});
