/**
 * A small process that outlives us, however we end: when the pipe to it closes, it kills the target's process group and
 * takes the socket away. The target has a group of its own, so that Ctrl-C reaches it only through us.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

const SCRIPT = `
trap '' INT TERM HUP QUIT
group=
while read -r word; do group=$word; done
[ -z "$group" ] || kill -s KILL -- "-$group"
[ -z "$1" ] || rm -f -- "$1"
[ -z "$2" ] || rmdir -- "$2"
`;

export class Guard {
  private readonly shell: ChildProcess;

  /** `socket`, `directory`: what is to be removed, or empty. */
  constructor(socket: string, directory: string) {
    this.shell = spawn('/bin/sh', ['-c', SCRIPT, 'barometer-guard', socket, directory], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.shell.on('error', () => undefined);
    this.shell.stdin?.on('error', () => undefined);
  }

  /** The process group that must not outlive us; undefined: none. Resolves when it has been told. */
  async watch(group: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => this.shell.stdin!.write(`${group ?? ''}\n`, () => resolve()));
  }
}
