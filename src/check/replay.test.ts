import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { TOP } from '../../test/support/repository.ts';
import { replayTrace } from './replay.ts';

test('the signal, which serves many traces, keeps no listener of one that has been read', async () => {
  const name = 'test/conforming/traces/ari-off.txt';
  const { signal } = new AbortController();
  const listened = vi.spyOn(signal, 'addEventListener');
  await replayTrace(TOP + name, { name, skip: new Set(), signal });
  expect(listened).toHaveBeenCalledOnce();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
