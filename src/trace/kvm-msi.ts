import type { Event } from '../access/event.ts';

const DELIVERY_MODES = ['Fixed', 'LowPrio', 'SMI', 'Res3', 'NMI', 'INIT', 'SIPI', 'ExtINT'];

/** Bits of a message's data that the event tells: vector, delivery mode, trigger mode. */
const TOLD = 0x87ff;

const TEXT = /^dst ([0-9a-f]{1,8}) vec ([0-9a-f]{1,3}) \((\w+)\|(physical|logical)\|(edge|level)(\|rh)?\)/;

/**
 * The message behind the text of `kvm_msi_set_irq`, which prints the decoded fields: address and data are put together
 * again as the processor's manual lays them out. `oldForm`: old kernels print the vector in hexadecimal and the
 * destination in decimal, newer ones the other way round. Undefined when the text has another form.
 */
export function parseMsi(text: string, oldForm: boolean): Extract<Event, { kind: 'message' }> | undefined {
  const match = TEXT.exec(text);
  if (match === null) return undefined;
  const destination = Number.parseInt(match[1] as string, oldForm ? 10 : 16);
  const vector = Number.parseInt(match[2] as string, oldForm ? 16 : 10);
  const mode = DELIVERY_MODES.indexOf(match[3] as string);
  if (!(vector <= 0xff) || !(destination >= 0) || mode < 0) return undefined;
  const hint = match[6] === undefined ? 0 : 1 << 3;
  const logical = match[4] === 'logical' ? 1 << 2 : 0;
  return {
    kind: 'message',
    // Destinations above 255 have their upper bits in the high half (x2APIC).
    addressHi: (destination & ~0xff) | 0,
    addressLo: 0xfee00000 | ((destination & 0xff) << 12) | hint | logical | 0,
    data: (match[5] === 'level' ? 1 << 15 : 0) | (mode << 8) | vector,
    dataMask: TOLD,
  };
}
