import type { Event, Located } from '../access/event.ts';
import type { LifeCycle, QemuLifeCycle } from './qemu-life-cycle.ts';
import type { QemuPairing } from './qemu-pairing.ts';
import { isRecordName, refusal } from './qemu-text.ts';
import type { Tally } from './tally.ts';

const RECORD_NAME = /^[a-z][a-z0-9_]*(?= |$)/;
/** Records that do not come here unless something is wrong with them. */
const HOT = /^(?:memory_region_|pci_cfg_|ioapic_set_irq)/;
const EJECT = /^acpi_pci_ej_write 0x8 <== (\d{1,10})$/;

/**
 * Lines of QEMU's log that are rare, so that they may be read as strings: records of the machine's life cycle, records
 * that are kept for people, and texts.
 */
export class QemuRareLines {
  private readonly tally: Tally;
  private readonly pairing: QemuPairing;
  private readonly lifeCycle: QemuLifeCycle;
  /** Line of the last refused access. */
  private refusedLine = -1;

  constructor(tally: Tally, pairing: QemuPairing, lifeCycle: QemuLifeCycle) {
    this.tally = tally;
    this.pairing = pairing;
    this.lifeCycle = lifeCycle;
  }

  /** A record without its time stamp; false when the text is none. `thread` is -1 where there was no time stamp. */
  record(text: string, thread: number, line: number): boolean {
    const name = RECORD_NAME.exec(text)?.[0] ?? '';
    if (name === '' || HOT.test(name) || (thread < 0 && !isRecordName(name))) return false;
    if (name.startsWith('virtio_pci_notify_write')) {
      // Second line of the write to the notification register.
      this.tally.result.twins++;
      return true;
    }
    if (name === 'runstate_set') this.tell(this.lifeCycle.runState(thread, text), text, line);
    else if (name === 'guest_cpu_reset') this.tell(this.lifeCycle.vcpuReset(thread, text, line), text, line);
    else if (name === 'acpi_pci_ej_write') this.eject(text, line);
    else this.tally.remark(line, text);
    return true;
  }

  /** A text that is no record. */
  words(text: string, line: number): void {
    const refused = refusal(text);
    if (refused === undefined) {
      this.tally.unknown(line, text);
    } else if (refused.inPage && this.refusedLine === line - 1) {
      this.tally.result.twins++;
    } else {
      this.event({ ...refused.event, line });
      this.refusedLine = line;
    }
  }

  private tell(meaning: LifeCycle, text: string, line: number): void {
    if (meaning === 'nothing') this.tally.remark(line, text);
    else this.event({ kind: meaning, line });
  }

  /** A write to the eject register (offset 8) takes out the devices whose bits are set; the value is in decimal. */
  private eject(text: string, line: number): void {
    const devices = EJECT.exec(text)?.[1];
    if (devices === undefined) this.tally.remark(line, text);
    else this.event({ kind: 'eject', devices: Number(devices) | 0, line });
  }

  /**
   * What waits for its other line comes before an event. Remarks do not end the waiting: other threads write them, and
   * between the two lines of an access too.
   */
  private event(event: Located<Event>): void {
    this.pairing.settle();
    this.tally.event(event);
  }
}
