import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All that tests write goes into one folder, which goes away with them, also where a test was killed. */
export function setup(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'barometer-tests-'));
  process.env['TMPDIR'] = scratch;
  return () => rmSync(scratch, { recursive: true, force: true });
}
