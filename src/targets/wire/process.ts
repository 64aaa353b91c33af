/** The process of a target: started in a group of its own, its standard error always drained, ended for certain. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes of standard error that are kept, the last ones. */
const STDERR_AT_MOST = 8192;
/** Milliseconds for a target to end by itself when its input ends, and for its last words to arrive. */
const GRACE = 500;

/** Waits until the guard knows of it: if we die before, nothing is started. */
const SCRIPT = 'read -r go <&3 || exit 0; exec /bin/sh -c "$1" 3<&-';

export class TargetProcess {
  readonly child: ChildProcess;
  private tail = Buffer.alloc(0);
  private readonly over: Promise<void>;
  private readonly silent: Promise<void>;
  private failure = '';

  /** `stdio`: whether the protocol goes over standard input and output. */
  constructor(command: string, socket: string, stdio: boolean) {
    this.child = spawn('/bin/sh', ['-c', SCRIPT, 'barometer-target', command], {
      detached: true,
      stdio: [stdio ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, BAROMETER_SOCKET: socket },
    });
    this.child.stdin?.on('error', () => undefined);
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.tail = Buffer.concat([this.tail, chunk]).subarray(-STDERR_AT_MOST);
    });
    if (!stdio) this.child.stdout?.resume();
    this.over = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', (error) => {
        this.failure = error.message;
        resolve();
      });
    });
    this.silent = new Promise((resolve) => this.child.once('close', () => resolve()));
  }

  /** Lets it begin. */
  go(): void {
    const pipe = this.child.stdio[3] as Writable;
    pipe.on('error', () => undefined);
    pipe.end('go\n');
  }

  /** Process group; undefined: it could not be started. */
  get group(): number | undefined {
    return this.child.pid;
  }

  get stderr(): string {
    return this.tail.toString('utf8').trimEnd().split('\n').slice(-20).join('\n');
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.failure !== '';
  }

  /** How it ended, after a moment in which it may; undefined: it runs on. */
  async ending(): Promise<string | undefined> {
    await Promise.race([this.over, sleep(GRACE)]);
    await Promise.race([this.silent, sleep(this.hasEnded ? GRACE : 0)]);
    const { exitCode, signalCode } = this.child;
    if (this.failure !== '') return `could not be started: ${this.failure}`;
    if (signalCode !== null) return `was ended by ${signalCode}`;
    if (exitCode === null) return undefined;
    // What a shell says of a command that a signal has ended.
    const [signal] = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128) ?? [];
    return signal === undefined ? `ended with exit status ${exitCode}` : `was ended by ${signal}`;
  }

  /** Ends it and all that it has started. `patient`: its input has ended, so it may end by itself. */
  async stop(patient: boolean): Promise<void> {
    if (patient) {
      this.child.stdin?.end();
      if (!this.hasEnded) await Promise.race([this.over, sleep(GRACE)]);
    }
    const { group } = this;
    if (group === undefined) return;
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // Nobody is left in the group.
    }
    await this.over;
    for (const stream of this.child.stdio) stream?.destroy();
  }
}
