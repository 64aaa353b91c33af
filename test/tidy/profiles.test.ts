import { expect, test } from 'vitest';
import { readProfile } from '../../src/check/profile.ts';
import { readText, repositoryFiles, TOP } from '../support/repository.ts';

const shipped = repositoryFiles().filter((path) => /^profiles\/[^/]+\.yaml$/.test(path));
const beside = repositoryFiles().filter((path) => /^corpora\/traces\/[^/]+\/profile\.yaml$/.test(path));

test('profiles are shipped for the machines that documents name', () => {
  const names = shipped.map((path) => path.replace(/^profiles\/|\.yaml$/g, ''));
  expect(names).toEqual(['cloud-hypervisor', 'crosvm', 'kvmtool', 'qemu-pc', 'qemu-q35', 'qemu-virt']);
  const text = readText('docs/profiles.md');
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

test.each(shipped)('the shipped profile %s is in order and says why after each entry', async (path) => {
  const profile = await readProfile(TOP + path);
  expect(profile.known.filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
  // Findings are accepted for a target only where recorded traces show them.
  if (!path.includes('qemu')) expect(profile.known).toEqual([]);
  const lines = readText(path).split('\n');
  const stated = lines.flatMap((line, index) => (/^ {2}\w+: /.test(line) ? [index] : []));
  const silent = stated.filter((index) => !/^ {2}(#|\w+: )/.test(lines[index - 1] ?? ''));
  expect(silent).toEqual([]);
  expect(stated.length).toBeGreaterThanOrEqual(Object.keys(profile.choices).length);
});

test('every profile beside a bundled trace is in order, and each finding that it accepts has a reason', async () => {
  const profiles = await Promise.all(beside.map((path) => readProfile(TOP + path, path)));
  const silent = profiles.flatMap((profile) =>
    profile.known.filter((entry) => entry.reason.trim().length < 20).map((entry) => `${profile.name}: ${entry.id}`),
  );
  expect(silent).toEqual([]);
});
