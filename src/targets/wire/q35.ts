/** QEMU's q35 machine without firmware: somebody has to say where its ECAM is. */

import { Access, PORT } from '../../access/access.ts';
import type { Target } from '../../access/target.ts';

const HOST_BRIDGE = 0x80000000;
const IDENTITY = 0x29c08086;
/** Register that places ECAM, and what puts 256 buses to 0xb0000000 (Intel 3 Series chipset, PCIEXBAR). */
const PLACE = 0x60;
const BASE = 0xb0000000;

/** Places ECAM as SeaBIOS does, if this is a q35. Returns it in the words of `hello`. */
export function placeEcam(target: Target): string[] {
  const access = new Access();
  access.space = PORT;
  const carry = (write: boolean, port: number, value = 0): number => {
    access.write = write;
    access.addressLo = port;
    access.valueLo = value | 0;
    target.access(access);
    return access.valueLo >>> 0;
  };
  carry(true, 0xcf8, HOST_BRIDGE);
  const found = carry(false, 0xcfc) === IDENTITY;
  if (found) {
    carry(true, 0xcf8, HOST_BRIDGE + PLACE);
    carry(true, 0xcfc, BASE + 1);
  }
  // As at power-on.
  carry(true, 0xcf8, 0);
  return found ? [`ecam=0x${BASE.toString(16)},0,255`] : [];
}
