import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

const TRACE = `barometer.trace/1
machine cam=1
power-on
write port 0xcf8 4 <- 0x80001800
read port 0xcfc 4 -> 0x10418086
write port 0xcf8 4 <- 0x80001808
read port 0xcfc 4 -> 0x2000001
write port 0xcf8 4 <- 0x8000180c
read port 0xcfe 1 -> 0x0
write port 0xcf8 4 <- 0x80001804
read port 0xcfc 2 -> 0x0
write port 0xcfc 2 <- 0x4
`;

test('a scenario for each function to which the guest did something', () => {
  const folder = newFolder();
  const trace = join(folder, 'boot.txt');
  writeFileSync(trace, TRACE);
  const out = join(folder, 'scenarios');
  const { status, stdout } = runCli(folder, ['extract', trace, trace.replace('boot', './boot'), '--out', out]);
  expect(stdout).toContain('1 scenario written to ');
  expect(stdout).toContain('1 more are like one of these');
  expect(status).toBe(0);
  expect(readdirSync(out)).toEqual(['boot-00-03-0.txt']);
  expect(readFileSync(join(out, 'boot-00-03-0.txt'), 'utf8'))
    .toBe(`# What the guest of boot did to 00:03.0 (class 020000 8086:1041)
need fn endpoint
config read fn.vendor 4
config read fn.revision 4
config read fn.header 1
config read fn.cmd 2
config write fn.cmd 2 0x4
`);
});

test('bad input is told, what was good is written, and nothing is a stack trace', () => {
  const folder = newFolder();
  const cut = join(folder, 'cut.txt');
  writeFileSync(cut, `${TRACE}write port 0xcf8 4 <- 0x8000\nwrite pott 7\n`);
  const damaged = runCli(folder, ['extract', cut, '--out', join(folder, 'good')]);
  expect(damaged).toMatchObject({ status: 2 });
  expect(damaged.stderr).toContain('cut.txt:14');
  expect(existsSync(join(folder, 'good/cut-00-03-0.txt'))).toBe(true);

  const missing = runCli(folder, ['extract', join(folder, 'none.txt'), '--out', join(folder, 'x')]);
  expect(missing).toMatchObject({ status: 2 });
  expect(missing.stderr).toContain('none.txt');
  expect(existsSync(join(folder, 'x'))).toBe(false);

  const piped = runCli(folder, ['extract', '-', '--out', join(folder, 'x')], { input: TRACE });
  expect(piped).toMatchObject({ status: 2, stdout: '' });
  expect(piped.stderr).toContain('it must be a file');

  writeFileSync(join(folder, 'boot.txt'), TRACE);
  writeFileSync(join(folder, 'file'), '');
  const blocked = runCli(folder, ['extract', join(folder, 'boot.txt'), '--out', join(folder, 'file')]);
  expect(blocked).toMatchObject({ status: 2, stdout: '' });
  expect(blocked.stderr).toMatch(/barometer extract: .*file/);
  for (const { stderr } of [damaged, missing, blocked]) expect(stderr).not.toMatch(/\n\s+at /);
});
