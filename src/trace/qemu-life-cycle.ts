/** Lines between two vCPU resets that still belong to one reset of the machine. */
const ONE_RESET = 20;

/** What a vCPU's reset or a change of the run state means. */
export type LifeCycle = 'power-on' | 'reset' | 'nothing';

/**
 * Tells the reset of a machine from the INIT of one of its processors. Both are the same line; the thread differs: the
 * main loop resets the machine, a vCPU's own thread takes an INIT. The main loop is the thread that changes the run
 * state. Without thread ids the boot processor tells: only a machine's reset resets it.
 */
export class QemuLifeCycle {
  private mainThread = -1;
  private readonly vcpuThreads = new Set<number>();
  private bootProcessor: string | undefined;
  private lastReset = Number.NEGATIVE_INFINITY;
  private running = false;

  /** The machine has been started, or a vCPU has done something. */
  get started(): boolean {
    return this.running;
  }

  /** A vCPU made an access in this thread (-1: not told). */
  vcpuThread(thread: number): void {
    this.running = true;
    if (thread >= 0) this.vcpuThreads.add(thread);
  }

  runState(thread: number, text: string): LifeCycle {
    // The thread of a migration or of a vCPU that failed may stop the machine, too; the main loop starts it.
    if (thread >= 0 && (this.mainThread < 0 || text.endsWith('(running)')) && !this.vcpuThreads.has(thread)) {
      this.mainThread = thread;
    }
    const first = !this.running;
    if (!text.includes(' (running)')) return 'nothing';
    if (/new_state \d+ \(running\)/.test(text)) this.running = true;
    return first && /\(prelaunch\) new_state \d+ \(running\)/.test(text) ? 'power-on' : 'nothing';
  }

  vcpuReset(thread: number, text: string, line: number): LifeCycle {
    const processor = /cpu=(\S+)/.exec(text)?.[1] ?? '';
    if (!this.running) {
      this.bootProcessor ??= processor;
      return 'nothing';
    }
    if (!this.ofMachine(thread, processor)) return 'nothing';
    const merged = line - this.lastReset <= ONE_RESET;
    this.lastReset = line;
    return merged ? 'nothing' : 'reset';
  }

  private ofMachine(thread: number, processor: string): boolean {
    if (thread < 0) return processor === this.bootProcessor;
    return this.mainThread >= 0 ? thread === this.mainThread : !this.vcpuThreads.has(thread);
  }
}
