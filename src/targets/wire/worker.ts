/**
 * The thread that owns the target: its process, its socket, all waiting. The main thread asks for one thing at a time
 * and sleeps until the reply is there.
 */
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Connection } from './connection.ts';
import type { Trouble } from './connection.ts';
import { Guard } from './guard.ts';
import { TargetProcess } from './process.ts';
import { PROGRESS, REPLIES } from './way.ts';
import type { Ending, Reply, Request, Way } from './way.ts';

export interface WorkerData {
  way: Way;
  flags: Int32Array;
  port: MessagePort;
}

class Owner {
  private readonly way: Way;
  private readonly answered: () => void;
  private guard: Guard | undefined;
  private server: Server | undefined;
  private socket = '';
  private process: TargetProcess | undefined;
  private connection: Connection | undefined;
  private last: Ending | undefined;
  /** Connections that came before they were asked for. */
  private readonly waiting: Socket[] = [];

  constructor(way: Way, answered: () => void) {
    this.way = way;
    this.answered = answered;
  }

  async serve(request: Request): Promise<Reply> {
    switch (request.kind) {
      case 'open':
        await this.close();
        return this.open();
      case 'close':
        await this.close();
        return { lines: [] };
      default:
        return this.carry(request.text, request.answers);
    }
  }

  private async carry(text: string, answers: number): Promise<Reply> {
    // Whoever broke off after its last answer is told of at the next command.
    if (this.connection === undefined) return { lines: [], ending: this.last ?? CLOSED };
    const { lines, trouble } = await this.connection.carry(text, answers);
    if (trouble === undefined) return { lines };
    this.last = await this.ending(trouble);
    return { lines, ending: this.last };
  }

  private async open(): Promise<Reply> {
    const { way } = this;
    this.last = undefined;
    if (this.guard === undefined) {
      const wrong = await this.listen();
      if (wrong !== undefined) return notOpened(wrong);
    }
    if (way.command !== undefined) {
      this.process = new TargetProcess(way.command, this.socket, way.listen === undefined);
      await this.guard?.watch(this.process.group);
      this.process.go();
    }
    if (way.listen === undefined) {
      const { stdin, stdout } = this.process!.child;
      this.connection = new Connection(stdout!, stdin!, way.timeout, this.answered);
      return { lines: [] };
    }
    const connected = await this.connected();
    if (connected === undefined) {
      const how = await this.process?.ending();
      const detail =
        how === undefined
          ? `Nobody connected to ${way.listen === 'temporary' ? 'its socket' : way.listen} within ${way.timeout} ms.`
          : `It ${how} before it connected.`;
      return notOpened(detail, this.process?.stderr);
    }
    this.connection = new Connection(connected, connected, way.timeout, this.answered);
    return { lines: [] };
  }

  /** A sentence: why it cannot be listened. */
  private async listen(): Promise<string | undefined> {
    const { listen } = this.way;
    let directory = '';
    if (listen === 'temporary') {
      directory = mkdtempSync(join(tmpdir(), 'barometer-'));
      this.socket = join(directory, 'socket');
    } else if (listen !== undefined) {
      if (existsSync(listen)) return `${listen}: something of this name is there already.`;
      this.socket = listen;
    }
    if (this.socket !== '') {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        this.waiting.push(socket);
        server.emit('somebody');
      });
      server.listen(this.socket);
      try {
        await once(server, 'listening');
      } catch (error) {
        return `${this.socket}: it cannot be listened there: ${(error as Error).message}.`;
      }
      this.server = server;
    }
    this.guard = new Guard(this.socket, directory);
    return undefined;
  }

  private async connected(): Promise<Socket | undefined> {
    const signals = [AbortSignal.timeout(this.way.timeout)];
    // A process that ends will not connect any more.
    const ended = new AbortController();
    this.process?.child.once('exit', () => ended.abort());
    const signal = AbortSignal.any([...signals, ended.signal]);
    while (this.waiting.length === 0) {
      if (this.process?.hasEnded === true) return undefined;
      try {
        await once(this.server!, 'somebody', { signal });
      } catch {
        return this.waiting.shift();
      }
    }
    return this.waiting.shift();
  }

  private async ending(trouble: Trouble): Promise<Ending> {
    const how = trouble.kind === 'closed' ? await this.process?.ending() : undefined;
    const stderr = this.process?.stderr ?? '';
    // It is of no more use, and one that floods would fill the memory.
    await this.end(false);
    if (trouble.kind !== 'closed') return { ...trouble, stderr };
    const told = how ?? 'closed the connection';
    return { kind: 'crash', how: told, detail: `It ${told}.`, stderr };
  }

  private async close(): Promise<void> {
    await this.end(true);
  }

  private async end(patient: boolean): Promise<void> {
    this.connection?.close();
    this.connection = undefined;
    // What ends by itself has a standard input that can end.
    await this.process?.stop(patient && this.way.listen === undefined);
    this.process = undefined;
    await this.guard?.watch(undefined);
  }
}

const CLOSED: Ending = { kind: 'crash', how: 'was closed', detail: 'It was closed.', stderr: '' };

function notOpened(detail: string, stderr = ''): Reply {
  return { lines: [], ending: { kind: 'crash', how: 'did not start', detail, stderr } };
}

const { way, flags, port } = workerData as WorkerData;
const owner = new Owner(way, () => void Atomics.add(flags, PROGRESS, 1));

port.on('message', (request: Request) => {
  const reply = (message: Reply): void => {
    port.postMessage(message);
    Atomics.add(flags, REPLIES, 1);
    Atomics.notify(flags, REPLIES);
  };
  owner.serve(request).then(reply, (error: unknown) => reply({ lines: [], bug: String(error) }));
});
