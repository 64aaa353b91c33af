import type { Event } from '../access/event.ts';
import { parseNumber } from '../core/hex.ts';

/** What QEMU's log holds beside records of its hot events: rare records, and the words of `-d guest_errors,unimp`. */

/** Event names by their beginnings; without a time stamp only these tell a record from a text. */
const RECORD_NAMES =
  /^(?:memory_region_|pci_cfg_|pci_update_mappings_|pci_nvme_pci_reset$|msix_write_config$|ioapic_|resettable_|guest_cpu_reset$|runstate_set$|virtio_|acpi_pci_)/;

/** Whether a line that begins with this name is a record, though nothing stands before it. */
export function isRecordName(name: string): boolean {
  return RECORD_NAMES.test(name);
}

/** The first record in a line that begins with something else. With a time stamp any name counts. */
const STAMPED_RECORD = /(?<!\d)\d+@\d+\.\d{6}:(?=[a-z][a-z0-9_]* )/;
const PLAIN_RECORD =
  /(?:memory_region_(?:ops|ram_device|subpage)_(?:read|write) cpu |pci_cfg_(?:read|write) \S+ [0-9a-f]{1,2}:|pci_update_mappings_(?:add|del) |ioapic_set_irq vector: |runstate_set current_run_state |guest_cpu_reset cpu=|acpi_pci_ej_write 0x)/;

/**
 * Where a record begins in a line that is none: QEMU's texts often lack their newline. Points behind the time stamp, as
 * the thread id before it may be run together with the text. -1: there is no record.
 */
export function embeddedRecord(text: string): number {
  const stamped = STAMPED_RECORD.exec(text);
  if (stamped !== null) return stamped.index + stamped[0].length;
  return PLAIN_RECORD.exec(text)?.index ?? -1;
}

const STAMP_AT_END = /(?<!\d)\d*@\d+\.\d{6}:$/;

/** The words before an embedded record, without the record's time stamp. */
export function withoutStamp(text: string): string {
  return text.replace(STAMP_AT_END, '');
}

const REFUSAL = /^Invalid (read|write) at addr 0x([0-9A-Fa-f]{1,16}), size (\d{1,2}), region '(.*)', reason: (.*)$/;

export interface Refusal {
  event: Extract<Event, { kind: 'refused' }>;
  /**
   * The address is an offset into a page of several regions: the line repeats what the line before it has told by the
   * region's own name.
   */
  inPage: boolean;
}

/** An access that QEMU refused: `Invalid read at addr …`. Undefined for every other text. */
export function refusal(text: string): Refusal | undefined {
  const match = REFUSAL.exec(text);
  if (match === null) return undefined;
  const [, word, digits, size, region, reason] = match;
  const address = parseNumber(`0x${digits as string}`);
  if (address === undefined) return undefined;
  // Only the whole address space has no name. There, an address inside the first page is the offset in a page.
  const unnamed = region === '(null)';
  const inPage = unnamed && address.hi === 0 && address.lo >>> 0 < 0x1000;
  const event = {
    kind: 'refused',
    write: word === 'write',
    width: Number(size),
    reason: (reason as string).startsWith('invalid size') ? 'invalid-size' : (reason as string).replace(/\s+/g, '-'),
  } as const;
  if (!unnamed || inPage) return { event, inPage };
  return { event: { ...event, addressHi: address.hi, addressLo: address.lo }, inPage };
}

/** Whether a last line without a newline looks like the beginning of a record, not like words. */
export function looksCut(text: string): boolean {
  return /^(?:\d+(?:@|$)|[a-z_]*(?: cpu| [^ ]*$|$))/.test(text);
}
