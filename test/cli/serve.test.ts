import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

function start(folder: string, words: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), 'serve', ...words], { cwd: folder });
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { status, signal };
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += chunk.toString();
  return all;
}

test('over standard input and output, to the end of the input', () => {
  const input = 'hello 1\noutl 0xcf8 0x80000000\ninl 0xcfc\nnonsense\nwritel 0 1\nreadl 0\nreadl';
  const { status, stdout, stderr } = runCli(newFolder(), ['serve', 'emulated'], { input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [hello, ...rest] = stdout.split('\n');
  expect(hello).toMatch(/^OK name=emulated version=\d+\.\d+\.\d+ cam=1 ecam=0xb0000000,0,255 /);
  // The host bridge of the default layout, 00:00.0.
  expect(rest).toEqual(['OK', 'OK 0x29c08086', "FAIL there is no command 'nonsense'.", 'OK', 'OK 0x1', '']);
});

test('an answer comes while the input stays open', async () => {
  const child = start(newFolder(), ['emulated']);
  for (const [command, answer] of [
    ['writel 0 2\n', 'OK\n'],
    ['readl 0\n', 'OK 0x2\n'],
  ] as const) {
    child.stdin.write(command);
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    expect(chunk.toString()).toBe(answer);
  }
  const end = ended(child);
  child.stdin.end();
  expect(await end).toEqual({ status: 0, signal: null });
});

test('over a socket, on which the harness listens; answers still come after the commands have ended', async () => {
  const folder = newFolder();
  const server = createServer({ allowHalfOpen: true }).listen(join(folder, 'socket'));
  await once(server, 'listening');
  const child = start(folder, ['emulated', '--layout', 'random:seven', '--socket', 'socket']);
  const end = ended(child);
  const [socket] = (await once(server, 'connection')) as [Socket];
  // More answers than the pipes between hold.
  socket.end(`hello 1\n${'read 0 0x100000\n'.repeat(8)}readl 0\n`);
  const lines = (await text(socket)).split('\n');
  expect(lines[0]).toContain(' conf=random-seven');
  expect(lines.slice(1, 9).map((line) => line.length)).toEqual(Array.from({ length: 8 }, () => 5 + 0x200000));
  expect(lines.slice(9)).toEqual(['OK 0x0', '']);
  expect(await end).toEqual({ status: 0, signal: null });
  server.close();
});

test('a harness that goes away ends the target without a word', async () => {
  const folder = newFolder();
  const server = createServer().listen(join(folder, 'socket'));
  await once(server, 'listening');
  const child = start(folder, ['emulated', '--socket', 'socket']);
  const [end, stderr] = [ended(child), text(child.stderr)];
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.write('read 0 0x100000\n'.repeat(20));
  await once(socket, 'data');
  socket.destroy();
  expect([await end, await stderr]).toEqual([{ status: 0, signal: null }, '']);
  server.close();
});

test('so does a reader that closes the pipe', async () => {
  const child = start(newFolder(), ['emulated']);
  const [end, stderr] = [ended(child), text(child.stderr)];
  child.stdin.on('error', () => undefined);
  child.stdin.write('read 0 0x100000\n'.repeat(20));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect([await end, await stderr]).toEqual([{ status: 0, signal: null }, '']);
});

test('interrupted: 130', async () => {
  const child = start(newFolder(), ['emulated']);
  const [end, stderr] = [ended(child), text(child.stderr)];
  child.stdin.write('sync\n');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect([await end, await stderr]).toEqual([{ status: 130, signal: null }, '']);
});

test.each([
  [['emulatde'], 'barometer: emulatde: there is no target of this name. Did you mean emulated?'],
  [['emulated:no-such-fault-at-all'], 'there is no fault of this name. Try: barometer faults'],
  [['exec:true'], 'barometer: exec:true: only the emulated target can be served.'],
  [['emulated', '--layout', 'none.yaml'], 'barometer: none.yaml: there is no such file.'],
  [['emulated', '--layout', 'wrong.yaml'], 'wrong.yaml:1:2: not YAML'],
  [['emulated', '--layout', 'random:'], 'a seed is expected'],
  [['emulated', '--socket', 'none'], 'barometer: --socket none: there is no such file.'],
  [['emulated', '--socket', 'wrong.yaml'], 'barometer: --socket wrong.yaml: nobody listens there.'],
  [['emulated', '--socket', 'x'.repeat(300)], `barometer: --socket ${'x'.repeat(300)}: `],
])('%j is a usage error', (words, sentence) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'wrong.yaml'), '{');
  const { status, stdout, stderr } = runCli(folder, ['serve', ...words]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr.startsWith('barometer: ')).toBe(!words.includes('wrong.yaml') || words.includes('--socket'));
  expect(stderr).not.toContain('    at ');
});
