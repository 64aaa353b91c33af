/** How a function tells of its events: by MSI-X, else by MSI, else by INTx (PCIe 6.1). */
import type { ResetKind } from './config-space.ts';
import { COMMAND_INTX_DISABLE, COMMAND_MASTER } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Header } from './header.ts';
import type { Msi } from './msi.ts';
import type { Msix } from './msix.ts';
import { Part } from './part.ts';

/** What may hold INTx up, as bits. */
export const CONDITION = 1;
export const SLOT = 2;

export class Interrupts extends Part {
  msi: Msi | undefined;
  msix: Msix | undefined;
  /** The input of the interrupt controller that the pin drives; undefined without a pin. */
  readonly line: number | undefined;
  private readonly header: Header;
  private sources = 0;
  private asserted = false;
  /** The vector whose pending bit goes away with its cause; -1: none. */
  private withdrawable = -1;
  /** What faults keep: the input that is driven, whether it is not, and whether INTx has been given up. */
  private driven: number | undefined;
  private swallowed: boolean;
  private givenUp = false;
  private hadMessages = false;

  constructor(fn: DeviceFunction, header: Header) {
    super(fn);
    this.header = header;
    this.line = lineOf(fn);
    this.swallowed = this.faulty('intx-initial-line-state');
  }

  /** Whether something in the function asks for INTx. */
  get condition(): boolean {
    return this.sources !== 0;
  }

  get messagesEnabled(): boolean {
    return this.msix?.enabled === true || this.msi?.enabled === true;
  }

  /** A source of INTx begins or ends to ask for it. */
  setSource(source: number, active: boolean): void {
    this.sources = active ? this.sources | source : this.sources & ~source;
    this.header.showInterrupt();
    this.updateLine();
  }

  /** Drives the line as condition, Command, power and the message capabilities say (PCIe 6.1.4.3, 7.5.1.1.3). */
  updateLine(): void {
    const { fn } = this;
    const level =
      this.condition &&
      this.line !== undefined &&
      (fn.there || this.faulty('intx-of-removed-stays')) &&
      fn.awake &&
      !this.disabled &&
      !this.givenUp &&
      (!this.messagesEnabled || this.faulty('intx-up-with-messages'));
    if (level === this.asserted || this.line === undefined) return;
    this.asserted = level;
    this.drive(this.line, level);
  }

  private get disabled(): boolean {
    if (this.faulty('intx-disable-ignored')) return false;
    const { owner } = this.fn.bus;
    const blocked = this.faulty('intx-bridge-disable-blocks') && ((owner?.command ?? 0) & COMMAND_INTX_DISABLE) !== 0;
    return blocked || (this.fn.command & COMMAND_INTX_DISABLE) !== 0;
  }

  private drive(line: number, level: boolean): void {
    const { lines } = this.fn.machine;
    if (level) this.driven = this.misled(line);
    const input = this.driven ?? line;
    if (this.faulty('intx-initial-line-state') && this.swallowed) {
      // The line was taken to be up from the beginning: the first assertion is no change.
      if (!level) this.swallowed = false;
      return;
    }
    if (this.faulty('intx-edge-instead-of-level')) {
      if (!level) return;
      lines.drive(input, true);
      lines.drive(input, false);
      return;
    }
    lines.drive(input, level);
  }

  /** The input that a faulty machine drives. */
  private misled(line: number): number {
    const { fn } = this;
    if (this.faulty('irq-line-used-for-routing')) return fn.machine.firstLine + (fn.config.byte(0x3c) & 3);
    return this.faulty('intx-swizzle-missing') ? (lineOf(fn, false) ?? line) : line;
  }

  /** The event behind a vector happens; returns why it cannot. */
  fire(vector: number): string | undefined {
    const { msi, msix } = this;
    const vectors = msix?.enabled === true ? msix.vectors : msi?.enabled === true ? msi.capable : this.vectors;
    if (vector >= vectors) return `vector ${vector} is out of range: the function has ${vectors}`;
    if (vector === this.withdrawable) this.withdrawable = -1;
    this.deliver(vector);
    return undefined;
  }

  private get vectors(): number {
    return Math.max(this.msix?.vectors ?? 0, this.msi?.capable ?? 0);
  }

  /** An event with a cause that can be seen; `withdraw` tells that the cause has gone. */
  event(vector: number): void {
    const before = this.isPending(vector);
    this.deliver(vector);
    if (!before && this.isPending(vector)) this.withdrawable = vector;
  }

  /** Pending follows its cause (PCIe 6.1.4.5). */
  withdraw(vector: number): void {
    if (this.withdrawable !== vector) return;
    this.withdrawable = -1;
    this.msix?.clearPending(vector);
    this.msi?.clearPending(vector);
  }

  private deliver(vector: number): void {
    if (this.msix?.enabled === true) this.msix.event(vector);
    else if (this.msi?.enabled === true) this.msi.event(vector);
  }

  private isPending(vector: number): boolean {
    return this.msix?.isPending(vector) === true || this.msi?.isPending(vector) === true;
  }

  /** Sends what is pending and may go now: a mask, an enable or a bus master bit on the way has changed. */
  review(): void {
    this.msix?.review();
    this.msi?.review();
  }

  /** MSI or MSI-X was switched on or off, or a mask of a whole function changed. */
  modeChanged(): void {
    if (this.faulty('msi-and-intx-both-fire')) {
      this.givenUp = this.hadMessages && !this.messagesEnabled;
      this.hadMessages ||= this.messagesEnabled;
    }
    this.updateLine();
    this.review();
  }

  /** Whether a memory write can leave the function and pass every bridge above (PCIe 7.5.1.1.3). */
  get maySend(): boolean {
    const { fn } = this;
    if (!fn.there || !fn.routed || (!fn.awake && !this.faulty('messages-in-d3hot'))) return false;
    if ((fn.command & COMMAND_MASTER) === 0 && !this.faulty('master-ignored-by-messages')) return false;
    for (let above = fn.bus.owner; above !== undefined; above = above.bus.owner) {
      const master = (above.command & COMMAND_MASTER) !== 0 || this.faulty('bridge-master-ignored');
      const passes = above.there && above.awake && master;
      if (!passes || above.bridge?.linkUp !== true) return false;
    }
    return true;
  }

  /** The write itself. An address in the windows of a bridge on the way stays below it (PCI-to-PCI 1.2 4). */
  send(addressHi: number, addressLo: number, data: number): void {
    for (let above = this.fn.bus.owner; above !== undefined; above = above.bus.owner) {
      if (above.bridge?.claims(addressHi >>> 0, addressLo >>> 0) === true) return;
    }
    this.fn.machine.message(this.fn, addressHi, addressLo, data);
  }

  override reset(kind: ResetKind): void {
    this.givenUp = false;
    this.hadMessages = false;
    if (kind === 'function' && this.faulty('intx-kept-by-flr')) return;
    if (!this.fn.there && this.faulty('intx-of-removed-stays')) return;
    this.sources = 0;
    this.withdrawable = -1;
  }

  override refresh(): void {
    this.updateLine();
  }

  override save(): unknown {
    return { sources: this.sources, withdrawable: this.withdrawable };
  }

  override restore(state: unknown): void {
    const { sources, withdrawable } = state as { sources: number; withdrawable: number };
    this.sources = this.faulty('snapshot-intx-lost') ? 0 : sources;
    this.withdrawable = withdrawable;
  }
}

/** Pins turn by the device number at every bridge on the way to the root bus (PCI-to-PCI 1.2 9.1). */
function lineOf(fn: DeviceFunction, turns = true): number | undefined {
  if (fn.layout.pin === 0 || fn.virtual !== undefined) return undefined;
  let pin = fn.layout.pin - 1;
  let at = fn;
  for (let above = at.bus.owner; above !== undefined; above = at.bus.owner) {
    // Below a link there is device 0 only; with ARI the upper bits belong to the function number.
    const turn = above.bridge?.link === true || !turns ? 0 : at.devfn >> 3;
    pin = (pin + turn) & 3;
    at = above;
  }
  return fn.machine.firstLine + ((pin + (at.devfn >> 3)) & 3);
}
