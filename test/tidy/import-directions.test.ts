import { expect, test } from 'vitest';
import { readText, repositoryFiles } from '../support/repository.ts';

/** Which rooms each room may import beyond itself, `core` and `access`; the table of docs/architecture.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  access: [],
  spec: [],
  model: ['spec'],
  trace: [],
  topology: ['spec'],
  scenario: ['topology', 'model', 'spec'],
  targets: ['scenario', 'topology', 'model', 'spec'],
  check: ['model', 'spec', 'trace', 'topology', 'scenario'],
  campaign: ['check', 'model', 'spec', 'trace', 'topology', 'scenario', 'targets'],
  report: ['check', 'model', 'trace', 'spec'],
  cli: ['model', 'spec', 'trace', 'topology', 'scenario', 'targets', 'check', 'campaign', 'report'],
};

interface Import {
  file: string;
  room: string;
  target: string;
}

const imports: Import[] = repositoryFiles()
  .filter((path) => /^src\/[^/]+\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
  .flatMap((file) =>
    [...readText(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => ({
      file,
      room: file.split('/')[1] as string,
      target: new URL(match[1] as string, `file:///${file}`).pathname.slice(1),
    })),
  );

test('the reader of imports sees them', () => {
  expect(imports.length).toBeGreaterThan(30);
  expect(imports).toContainEqual({ file: 'src/check/replay.ts', room: 'check', target: 'src/model/model.ts' });
});

test('rooms import only in the directions of the design', () => {
  const offenders = imports.filter(({ room, target }) => {
    const [top, other] = target.split('/') as [string, string];
    if (top !== 'src') return true;
    if (other === room || other === 'access' || other === 'core') return room === 'core' && other !== 'core';
    return !(MAY_IMPORT[room] ?? []).includes(other);
  });
  expect(offenders).toEqual([]);
});

test('the emulated target and the model know nothing of each other', () => {
  const judged = imports.filter(({ file }) => file.startsWith('src/targets/emulated'));
  expect(judged.filter(({ target }) => !/^src\/(targets\/emulated|core|access)/.test(target))).toEqual([]);
});

test('interrupt drivers know neither of the model nor of the emulated target', () => {
  const drivers = imports.filter(({ file }) => file.startsWith('src/targets/qemu/drivers/'));
  expect(drivers.length).toBeGreaterThan(0);
  expect(drivers.filter(({ target }) => !/^src\/(targets\/qemu\/drivers|core|access)/.test(target))).toEqual([]);
});

test('the checker of assignments and the allocator know nothing of each other', () => {
  const between = imports.filter(({ file, target }) => {
    if (!file.startsWith('src/topology/') || target === 'src/topology/device-tree.ts') return false;
    const checks = (path: string): boolean => path.startsWith('src/topology/check-');
    const places = (path: string): boolean =>
      /^src\/topology\/(allocate|packing|demand|bounds|bus-numbers)\./.test(path);
    return (checks(file) && places(target)) || (places(file) && checks(target));
  });
  expect(imports.filter(({ file }) => file === 'src/topology/allocate.ts').length).toBeGreaterThan(0);
  expect(between).toEqual([]);
});

test('every room is in the table', () => {
  expect([...new Set(imports.map(({ room }) => room))].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
});

// What `--version` has to load decides how quick it is.
test('the door of the command line imports nothing heavy', () => {
  const door = imports.filter(({ file }) => file === 'src/cli/main.ts').map(({ target }) => target);
  expect(door.toSorted()).toEqual(['src/cli/package.ts', 'src/cli/program.ts']);
  const manifest = readText('src/cli/package.ts');
  expect([...manifest.matchAll(/from '([^']+)'/g)].map((match) => match[1])).toEqual(['node:fs', 'node:url']);
});

test('zod is imported by the schemas only', () => {
  const users = repositoryFiles().filter(
    (path) => /^src\/.*(?<!\.test)\.ts$/.test(path) && /from 'zod'/.test(readText(path)),
  );
  expect(users).toEqual([
    'src/check/diff-schema.ts',
    'src/check/enumeration/schema.ts',
    'src/check/profile-schema.ts',
    'src/check/results-schema.ts',
    'src/targets/emulated/layout-schema-capabilities.ts',
    'src/targets/emulated/layout-schema-values.ts',
    'src/targets/emulated/layout-schema.ts',
    'src/topology/device-tree-schema.ts',
  ]);
});
