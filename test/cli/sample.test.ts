import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

// Refresh with: npx vitest run test/cli/sample.test.ts --update
test.each(['results.json', 'junit.xml', 'results.sarif'])(
  'reports/sample/%s is what the command writes today',
  async (file) => {
    const out = join(newFolder(), 'sample');
    const result = runCli(TOP, ['check', 'corpora/traces/seabios-q35/trace.txt.gz', '--out', out]);
    expect(result.status).toBe(0);
    await expect(readFileSync(join(out, file), 'utf8')).toMatchFileSnapshot(join(TOP, 'reports/sample', file));
  },
);
