/** `--record FILE`: the traces of the machines of a run, one file each. */
import { parse } from 'node:path';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { describeSystemError } from '../core/system-error.ts';
import { UsageError } from './exit-status.ts';

/** One for each target; of the second and later ones with its number in the name. Empty: nothing is to be recorded. */
export function traceFiles(file: string | undefined, targets: number): TraceFiles[] {
  if (file === undefined) return [];
  return Array.from({ length: targets }, (_, index) => {
    return new TraceFiles(index === 0 ? file : withSuffix(file, `-target${index + 1}`));
  });
}

function withSuffix(file: string, suffix: string): string {
  const { dir, name, ext } = parse(file);
  return `${dir === '' ? '' : `${dir}/`}${name}${suffix}${ext}`;
}

class TraceFiles {
  readonly file: string;
  private readonly written: Promise<void>[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** Of the first machine `FILE`, of the others `FILE-2` and so on, before the ending; of further lanes with their number. */
  write(trace: string, number: number, lane = 0): void {
    const path = withSuffix(this.file, `${lane === 0 ? '' : `-lane${lane}`}${number === 1 ? '' : `-${number}`}`);
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
