/** The main thread's end: it asks the thread that owns the target and sleeps until the reply is there. */

import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { PROGRESS, REPLIES } from './way.ts';
import type { Reply, Request, Way } from './way.ts';

/** Milliseconds beyond the target's own time that the thread may take for what it has to do itself. */
const PATIENCE = 20_000;

export class Link {
  readonly way: Way;
  private readonly flags = new Int32Array(new SharedArrayBuffer(8));
  private readonly port: MessagePort;

  constructor(way: Way) {
    this.way = way;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { way, flags: this.flags, port: port2 },
      transferList: [port2],
    });
    // Whatever happens to it shows as a reply that does not come. It must not keep the process alive.
    worker.on('error', () => undefined);
    worker.unref();
  }

  ask(request: Request): Reply {
    const { flags, port } = this;
    const replies = Atomics.load(flags, REPLIES);
    port.postMessage(request);
    for (;;) {
      const answers = Atomics.load(flags, PROGRESS);
      const woken = Atomics.wait(flags, REPLIES, replies, this.way.timeout + PATIENCE);
      const received = receiveMessageOnPort(port) as { message: Reply } | undefined;
      if (received?.message.bug !== undefined) throw new Error(received.message.bug);
      if (received !== undefined) return received.message;
      if (woken === 'timed-out' && Atomics.load(flags, PROGRESS) === answers)
        throw new Error('the thread that talks to the target does not answer');
    }
  }
}
