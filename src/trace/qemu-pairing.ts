import { Access, CONFIG } from '../access/access.ts';
import type { Space } from '../access/access.ts';
import { widthMaskLo } from '../core/pair.ts';
import type { ConfigIndex } from './qemu-config.ts';
import type { Tally } from './tally.ts';

/**
 * Tells each configuration access once. QEMU logs it twice: a region's line, which has width and vCPU, and a
 * `pci_cfg_*` line, which has function and register, but only where a function answers. For a read the `pci_cfg_read`
 * comes first, for a write the `pci_cfg_write` comes second, and nothing but texts stands between the two. What waits
 * for its other half is handed on when the next record shows that there is none.
 */
export class QemuPairing {
  private readonly tally: Tally;
  private readonly index: ConfigIndex;
  /** A `pci_cfg_read` whose region line should be the next record. */
  private readonly told = new Access();
  private toldWaits = false;
  /** A write to configuration space that waits for its `pci_cfg_write`. `held`: it has not been handed on yet. */
  private readonly written = new Access();
  private writtenWaits = false;
  private writtenHeld = false;
  /** The log has both lines of an access. */
  private paired = false;

  /** `index` decodes for functions that have no `pci_cfg_*` line. */
  constructor(tally: Tally, index: ConfigIndex) {
    this.tally = tally;
    this.index = index;
  }

  /** Hands on what waited for a line that did not come. Called before everything else that is handed on. */
  settle(): void {
    if (this.toldWaits) this.handOnTold();
    if (this.writtenWaits) {
      this.writtenWaits = false;
      if (this.writtenHeld) this.handOnWritten();
    }
  }

  /**
   * At the end of the log. In a log that has both halves, a first half without its second was cut off from it and is no
   * access of its own.
   */
  finish(): void {
    if (this.paired) this.toldWaits = false;
    this.settle();
  }

  /** A configuration access by the CAM ports or by ECAM: handed on as it is; its `pci_cfg_*` line is a twin. */
  plain(access: Access, space: Space): void {
    if (this.toldIs(access)) this.dropTold();
    this.settle();
    access.space = space;
    if (access.write) this.remember(access, false);
    this.tally.access(access);
  }

  /**
   * A configuration access by a mechanism of the host's own: handed on with function and register, by the `pci_cfg_*`
   * line where there is one, else (absent functions) by the index. `selected`: the index selects a function.
   */
  own(access: Access, selected: boolean): void {
    const paired = this.toldIs(access);
    const byLine = paired && this.told.addressHi >= 0;
    const bdf = byLine ? this.told.addressHi : this.index.bdf;
    const register = byLine ? this.told.addressLo : this.index.register;
    if (paired) this.dropTold();
    this.settle();
    if (!paired && !selected) {
      // No configuration access comes of it.
      this.tally.result.ignored++;
      return;
    }
    // The data address has told which bytes of the register's dword are meant; the pairing below needs only these.
    access.space = CONFIG;
    access.addressHi = bdf;
    access.addressLo = register;
    if (access.write) this.remember(access, true);
    else this.tally.access(access);
  }

  /** A `pci_cfg_*` line. `bdf` is -1 where the line does not tell the bus. */
  line(write: boolean, bdf: number, register: number, value: number, line: number): void {
    if (write && this.writtenIs(register, value)) {
      this.tally.result.twins++;
      this.paired = true;
      this.writtenWaits = false;
      if (!this.writtenHeld) return;
      if (bdf >= 0) {
        this.written.addressHi = bdf;
        this.written.addressLo = register;
      }
      this.handOnWritten();
      return;
    }
    this.settle();
    const told = this.told;
    told.write = write;
    told.space = CONFIG;
    told.addressHi = bdf;
    told.addressLo = register;
    told.width = 0;
    told.valueLo = value;
    told.valueHi = 0;
    told.vcpu = 0;
    told.line = line;
    if (write) this.handOnTold();
    else this.toldWaits = true;
  }

  private remember(access: Access, held: boolean): void {
    this.written.assign(access);
    this.writtenWaits = true;
    this.writtenHeld = held;
  }

  /** Whether the `pci_cfg_read` before this region line is the same access. */
  private toldIs(access: Access): boolean {
    const told = this.told;
    return (
      this.toldWaits &&
      !access.write &&
      ((access.addressLo ^ told.addressLo) & 3) === 0 &&
      ((access.valueLo ^ told.valueLo) & widthMaskLo(access.width)) === 0
    );
  }

  private writtenIs(register: number, value: number): boolean {
    const written = this.written;
    return (
      this.writtenWaits &&
      ((written.addressLo ^ register) & 3) === 0 &&
      ((written.valueLo ^ value) & widthMaskLo(written.width)) === 0
    );
  }

  private dropTold(): void {
    this.toldWaits = false;
    this.paired = true;
    this.tally.result.twins++;
  }

  private handOnWritten(): void {
    this.writtenHeld = false;
    this.tally.access(this.written);
  }

  /** A `pci_cfg_*` line without a region line (hypercalls): the only sign of its access. Its width is not told. */
  private handOnTold(): void {
    this.toldWaits = false;
    if (this.told.addressHi >= 0) this.tally.access(this.told);
    else this.tally.unknown(this.told.line, 'a configuration access of which the bus is not told');
  }
}
