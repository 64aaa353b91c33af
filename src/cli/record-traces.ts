/** `--record FILE`: the traces of the machines of a run, one file each. */
import { parse } from 'node:path';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { describeSystemError } from '../core/system-error.ts';
import { UsageError } from './exit-status.ts';

export class TraceFiles {
  private readonly file: string;
  private readonly written: Promise<void>[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** Of the first machine `FILE`, of the others `FILE-2` and so on, before the ending. */
  write(trace: string, number: number): void {
    const { dir, name, ext } = parse(this.file);
    const path = number === 1 ? this.file : `${dir === '' ? '' : `${dir}/`}${name}-${number}${ext}`;
    const done = writeFileAtomically(path, trace).catch((error: unknown) => {
      throw new UsageError(`barometer: --record ${path}: ${describeSystemError(error)} Is the folder there?`);
    });
    // It is waited for at the end.
    done.catch(() => undefined);
    this.written.push(done);
  }

  /** Rejects with a UsageError when one could not be written. Returns how many there are. */
  async end(): Promise<number> {
    await Promise.all(this.written);
    return this.written.length;
  }
}
