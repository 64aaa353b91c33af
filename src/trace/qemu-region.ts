import type { Cursor } from './cursor.ts';
import { word } from './cursor.ts';

/**
 * Names of QEMU's memory regions that mean more than their address. Everything else is an ordinary register of some
 * device: names repeat, so only addresses identify.
 */
export const ORDINARY = 0;
/** CONFIG_ADDRESS, at port 0xcf8 or in memory. */
export const INDEX = 1;
/** CONFIG_DATA, at port 0xcfc or in memory. */
export const DATA = 2;
/** ECAM; some machines log the offset from its base. */
export const ECAM = 3;
/** UniNorth's CONFIG_ADDRESS: one-hot for bus 0. */
export const ONE_HOT_INDEX = 4;
export const ONE_HOT_DATA = 5;
/** Configuration space laid out as bus << 16 | device << 11 | function << 8 | register. */
export const LINEAR = 6;
/** Dino's registers; among them its window to port space. */
export const DINO = 7;
/** Local APIC page and the address of messages. */
export const APIC = 8;
/** GICv2m frame. */
export const GIC_FRAME = 9;
/** Translation page of the GICv3 ITS: only messages are written there. */
export const ITS_TRANSLATION = 10;
/** The hole between BARs of the generic host bridge: memory, whatever the address. */
export const MEMORY_HOLE = 11;
/** Line without a name (QEMU before 6.2). */
export const UNNAMED = 12;

const NAMED = word(" name '");
const CANDIDATES: readonly (readonly [Uint8Array, number])[] = [
  ['pci-conf-idx', INDEX],
  ['pci-conf-data', DATA],
  // g3beige's name for CONFIG_DATA.
  ['pci-data-idx', DATA],
  ['pcie-mmcfg-mmio', ECAM],
  ['pci0-conf', LINEAR],
  ['unin-pci-conf-idx', ONE_HOT_INDEX],
  ['unin-pci-conf-data', ONE_HOT_DATA],
  ['dino', DINO],
  ['apic-msi', APIC],
  ['gicv2m', GIC_FRAME],
  ['gpex_mmio_window', MEMORY_HOLE],
  ['translation', ITS_TRANSLATION],
].map(([name, kind]) => [word(`${name as string}'`), kind as number] as const);

/** Candidates by their first byte, so that most names are refused by one look. */
const BY_FIRST_BYTE: readonly (readonly (readonly [Uint8Array, number])[] | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => {
    const list = CANDIDATES.filter(([name]) => name[0] === byte);
    return list.length === 0 ? undefined : list;
  },
);

/** Which kind of region is named at the cursor (` name '…'`). */
export function regionKind(cursor: Cursor): number {
  if (!cursor.take(NAMED)) return UNNAMED;
  const candidates = BY_FIRST_BYTE[cursor.peek()];
  if (candidates === undefined) return ORDINARY;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index] as readonly [Uint8Array, number];
    if (cursor.take(candidate[0])) return candidate[1];
  }
  return ORDINARY;
}
