/**
 * Where a configuration access goes on hosts that have neither the CAM ports nor an ECAM address: from the index
 * register and the address of the data access. Results are left in fields; nothing is allocated.
 */
export class ConfigIndex {
  /** Last value written to the index register. */
  index = 0;
  /** Result: bus << 8 | device << 3 | function. */
  bdf = 0;
  /** Result: register offset. */
  register = 0;

  /** An ordinary CONFIG_ADDRESS; false when its enable bit is clear, so that no configuration access happens. */
  plain(address: number): boolean {
    this.place(this.index >>> 8, (this.index & 0xfc) | (address & 3));
    // Dino has no enable bit. Its CONFIG_DATA is the only one at 0x68 of its page.
    return this.index < 0 || (address & 0xfc) === 0x68;
  }

  /**
   * UniNorth: with bit 31 an ordinary CONFIG_ADDRESS; with bit 0 bus, device and function in clear; else one bit of
   * 31:11 selects the device on bus 0. Without bit 31, register bits 2:0 come from the data address. False when no
   * device is selected.
   */
  oneHot(address: number): boolean {
    const index = this.index;
    if (index < 0) return this.plain(address);
    const register = (index & 0xf8) | (address & 7);
    if ((index & 1) !== 0) {
      this.place(index >>> 8, register);
      return true;
    }
    const select = index & 0xfffff800;
    // The lowest bit that is set, as its number.
    const device = 31 - Math.clz32(select & -select);
    this.place((device << 3) | ((index >>> 8) & 7), register);
    return select !== 0;
  }

  /** Address bits are bus << 16 | device << 11 | function << 8 | register. */
  linear(address: number): void {
    this.place(address >>> 8, address & 0xff);
  }

  /** Offset from the base of ECAM. */
  ecam(offset: number): void {
    this.place(offset >>> 12, offset & 0xfff);
  }

  private place(bdf: number, register: number): void {
    this.bdf = bdf & 0xffff;
    this.register = register;
  }
}
