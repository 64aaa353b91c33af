/** `barometer serve TARGET` */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Target } from '../access/target.ts';
import { describeSystemError } from '../core/system-error.ts';
import { answers } from '../targets/server/serve.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { version } from './package.ts';
import { kindOf } from './lockstep-options.ts';
import { say } from './say.ts';
import { targetOf } from './target-of.ts';

/** The options as commander hands them over. */
export interface ServeOptions {
  layout?: string;
  socket?: string;
}

/**
 * Answers the target protocol until the other side ends, and returns the exit status. Throws a UsageError for a target,
 * a layout or a socket that cannot be had.
 */
export async function runServe(name: string, options: ServeOptions): Promise<number> {
  const open = await targetOf(name, options.layout);
  if (kindOf(name) !== 'emulated') throw new UsageError(`barometer: ${name}: only the emulated target can be served.`);
  const target = open();
  const socket = options.socket === undefined ? undefined : await connected(options.socket);
  if (socket === undefined && process.stdin.isTTY) {
    say('Commands of the target protocol are answered here, for example: hello 1');
  }
  let stop = (): void => undefined;
  const interrupted = new Promise<number>((resolve) => {
    stop = () => resolve(EXIT.interrupted);
  });
  process.once('SIGINT', stop);
  try {
    return await Promise.race([interrupted, talk(target, socket ?? process.stdin, socket ?? process.stdout)]);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** Returns the exit status when the other side has ended. */
async function talk(target: Target, input: Readable, output: Writable): Promise<number> {
  try {
    for await (const batch of answers(target, input, version())) await send(output, batch);
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
  return EXIT.conforms;
}

/** Waits until the text is on its way: the end of the input closes a socket for both directions. */
async function send(output: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    output.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}

/** The other side listens. It may end its commands before it has read all answers. */
async function connected(path: string): Promise<Socket> {
  try {
    const socket = connect({ path, allowHalfOpen: true });
    await once(socket, 'connect');
    // An error comes to whoever reads or writes then, too.
    socket.on('error', () => undefined);
    return socket;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ECONNREFUSED' ? 'nobody listens there.' : describeSystemError(error);
    throw new UsageError(`barometer: --socket ${path}: ${why}`);
  }
}

/** The other side went away without an end: that is its own affair. */
function hasGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code !== undefined && ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(code)
  );
}
