import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';

test('docs/api.md is up to date; every export has a docstring and mentions exported types only', () => {
  const { status, stderr } = spawnSync(process.execPath, [`${TOP}scripts/api-docs.mjs`, '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
