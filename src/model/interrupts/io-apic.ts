/**
 * Redirection entries of an I/O APIC, the other sender of messages in a PC: they come from the guest's writes to its
 * index and data registers (82093AA data sheet, 3.1 and 3.2).
 */

const BASE = 0xfec00000 | 0;
const SELECT = 0x00;
const WINDOW = 0x10;
const FIRST_ENTRY = 0x10;

export class IoApic {
  private select = 0;
  /** Destination and vector by register pair; `former`: what the entry held before, which may still be on its way. */
  private readonly entries = new Map<number, { low: number; high: number; formerLow: number; formerHigh: number }>();

  /** Whether an address belongs to the registers. */
  claims(hi: number, lo: number): boolean {
    return hi === 0 && (lo & ~0xfff) === BASE;
  }

  write(lo: number, value: number): void {
    const register = lo & 0xff;
    if (register === SELECT) this.select = value & 0xff;
    if (register !== WINDOW || this.select < FIRST_ENTRY) return;
    const key = (this.select - FIRST_ENTRY) >>> 1;
    const entry = this.entries.get(key) ?? { low: 0x10000, high: 0, formerLow: 0x10000, formerHigh: 0 };
    entry.formerLow = entry.low;
    entry.formerHigh = entry.high;
    if ((this.select & 1) === 0) entry.low = value;
    else entry.high = value;
    this.entries.set(key, entry);
  }

  /** Whether some entry sends this message. Of the data only the vector is compared: sources print different parts. */
  sends(addressLo: number, data: number): boolean {
    const destination = (addressLo >>> 12) & 0xff;
    const vector = data & 0xff;
    for (const { low, high, formerLow, formerHigh } of this.entries.values()) {
      const vectorFits = (low & 0xff) === vector || (formerLow & 0xff) === vector;
      if (vectorFits && (high >>> 24 === destination || formerHigh >>> 24 === destination)) return true;
    }
    return false;
  }

  /** After a machine reset every entry is masked; what it held is gone. */
  reset(): void {
    this.entries.clear();
    this.select = 0;
  }
}
