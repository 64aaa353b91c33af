/** Which format a trace has, told by its content. */
export type Format = 'barometer' | 'qemu-log' | 'kvm-ftrace';

/** First line of Barometer's own form; the version follows the slash. */
export const MAGIC = 'barometer.trace/';

/** Blank lines, NUL bytes and a byte order mark (in latin1) may stand before it. */
const BEGINNING = new RegExp(String.raw`^(?:\u00ef\u00bb\u00bf)?[\s\0]*${MAGIC.replace('.', String.raw`\.`)}`);

const QEMU_RECORD =
  /^[^\n]*?(?:\b\d+@\d+\.\d{6}:[a-z][a-z0-9_]* |memory_region_(?:ops|subpage|ram_device)_(?:read|write) cpu |pci_cfg_(?:read|write) \S+ [0-9a-f]+:[0-9a-f]+(?:\.[0-7])? @0x)/m;
const KVM_RECORD = /\d: +(?:kvm:)?kvm_[a-z0-9_]+: /;

/**
 * Tells the format from some whole lines of a trace. `first`: the lines are the first ones. Undefined when no line is
 * of a known form.
 */
export function detectFormat(text: string, first: boolean): Format | undefined {
  if (first && BEGINNING.test(text)) return 'barometer';
  const qemu = QEMU_RECORD.exec(text)?.index ?? Number.POSITIVE_INFINITY;
  const kvm = KVM_RECORD.exec(text)?.index ?? Number.POSITIVE_INFINITY;
  if (qemu === kvm) return undefined;
  return qemu < kvm ? 'qemu-log' : 'kvm-ftrace';
}

/** Whether bytes are no text at all: many of them are control characters that no log holds. */
export function looksBinary(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes) {
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f) controls++;
  }
  return controls * 20 > bytes.length;
}
