import { expect, test } from 'vitest';
import { readProfile } from '../../src/check/profile.ts';
import { repositoryFiles, TOP } from '../support/repository.ts';

const shipped = repositoryFiles().filter((path) => /^profiles\/[^/]+\.yaml$/.test(path));
const beside = repositoryFiles().filter((path) => /^corpora\/traces\/[^/]+\/profile\.yaml$/.test(path));

test.each(shipped)('the shipped profile %s is in order and accepts no findings for others', async (path) => {
  expect((await readProfile(TOP + path)).known).toEqual([]);
});

test('every profile beside a bundled trace is in order, and each finding that it accepts has a reason', async () => {
  const profiles = await Promise.all(beside.map((path) => readProfile(TOP + path, path)));
  const silent = profiles.flatMap((profile) =>
    profile.known.filter((entry) => entry.reason.trim().length < 20).map((entry) => `${profile.name}: ${entry.id}`),
  );
  expect(silent).toEqual([]);
});
