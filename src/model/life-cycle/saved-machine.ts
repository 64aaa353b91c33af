/** The machine is saved as a whole, and goes back to the last snapshot: what the model knows goes back with it. */

import type { Evidence } from '../decode/evidence.ts';
import type { PciFunction } from '../function.ts';
import { isSynchronous } from '../interrupts/quiet.ts';
import type { Quiet } from '../interrupts/quiet.ts';
import { Memento } from '../memento.ts';
import type { Lasting } from '../memento.ts';
import type { MachineState } from '../state.ts';

/** What is about the run or the source, not about the machine: counts, what was told, facts that were learned. By class. */
export const LASTING: Lasting = new Map(
  Object.entries({
    MachineState: [
      'machine',
      'reporter',
      'watcher',
      'undecodedBy',
      'showsResets',
      'bitsKnown',
      'bitsAnswered',
      'absentReads',
      'configurationReads',
      'configurationWrites',
    ],
    AddressMap: ['machine', 'reporter', 'watcher'],
    // Remembered results of pure functions, and what was reported.
    PciFunction: ['layouts', 'reported'],
    Cells: ['judged'],
    // Its count, and who else sends messages.
    Ledger: ['messages', 'elsewhere'],
    // What this host does at a reset.
    ConfigurationPorts: ['keeps'],
    // It has its own way back.
    Evidence: ['memory'],
    Answers: ['places'],
  }).map(([name, properties]) => [name, new Set(properties)]),
);

/** Placed fields and groups of bits, which are compiled once and then replaced as a whole. */
export const CONSTANT: ReadonlySet<string> = new Set(['fields', 'groups']);

export class SavedMachine {
  private readonly state: MachineState;
  private readonly evidence: Evidence;
  private readonly quiet: Quiet;
  private readonly roots: readonly object[];
  /** The last snapshot; undefined: none was seen, or others may have followed it. */
  private kept: Memento | undefined;
  private memory: ReturnType<Evidence['copyMemory']> | undefined;
  /** Whether nothing has happened since the last snapshot or the return to it. */
  private unchanged = false;

  /** `parts`: beside the shared state, what else knows something of the machine. */
  constructor(state: MachineState, evidence: Evidence, quiet: Quiet, parts: readonly object[]) {
    this.state = state;
    this.evidence = evidence;
    this.quiet = quiet;
    this.roots = [state, evidence, quiet, ...parts];
  }

  /** Something has happened. */
  touch(): void {
    this.unchanged = false;
  }

  save(): void {
    if (this.unchanged && this.kept !== undefined) return;
    this.kept = new Memento(this.roots, LASTING, CONSTANT, this.kept);
    this.memory = this.evidence.copyMemory();
    this.unchanged = true;
  }

  /** The recording has lost something, perhaps another snapshot. */
  forget(): void {
    this.kept = undefined;
    this.memory = undefined;
  }

  /** Back to the last snapshot. Returns false when it is not known what that was. */
  restore(): boolean {
    const { kept, memory, state } = this;
    if (kept === undefined || memory === undefined) return false;
    // What nobody has looked at since it changed was so until now.
    state.map.update();
    const undone = new Map<PciFunction, ReturnType<PciFunction['vectors']['contents']>>();
    for (const f of state.routing.functions()) {
      undone.set(f, f.vectors.contents());
      state.countJudged(f);
    }
    kept.restore();
    state.restoredAt = state.step;
    state.map.restored();
    const synchronous = isSynchronous(state);
    for (const f of state.routing.functions()) {
      this.mark(f, synchronous);
      f.vectors.expire(undone.get(f) ?? []);
      undone.delete(f);
      state.watcher?.restored(f);
    }
    // Functions that were not known then: what was read of them proves nothing.
    for (const f of undone.keys()) {
      f.forgetContents();
      state.watcher?.gone(f);
    }
    this.evidence.restoreMemory(memory);
    this.quiet.begin();
    this.unchanged = true;
    return true;
  }

  private mark(f: PciFunction, synchronous: boolean): void {
    const before = f.restoredAt;
    f.restoredAt = this.state.step;
    // A message of what was undone may still be on its way.
    if (!synchronous) f.answeredAt = -1;
    f.config.judged.fill(0);
    f.config.restored(before);
    f.msix?.table.restored(before);
    this.state.map.touch(f);
  }
}
