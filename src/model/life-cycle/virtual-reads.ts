/** Answers from the places of virtual functions: who may answer there (SRIOV-003, SRIOV-004), and with what (SRIOV-001). */

import type { Place } from '../configuration/virtual-places.ts';
import { PRESENT, UNKNOWN } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { totalOf } from './single-root.ts';
import { compareBits } from '../bits.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

/** Judges an answer from the place of a virtual function. Returns whether it is dealt with. */
export function judgePlace(
  state: MachineState,
  { physical, index }: Place,
  bus: Bus,
  deviceFunction: number,
  d: number,
  mask: number,
  data: number,
): boolean {
  const f = bus.functions[deviceFunction];
  const root = physical.singleRoot;
  if (root === undefined || !state.showsResets || isOrdinary(f)) return false;
  if (physical.presence !== PRESENT || physical.doubt !== 'none') return false;
  const ones = data === mask;
  // Whoever shows an identity of its own is judged as a function of its own.
  if (d === 0 && !ones && root.enable !== 1) return false;
  const present = f?.presence === PRESENT;
  if (root.enable === 0) {
    state.reporter.count('SRIOV-004');
    if (ones) state.absentReads++;
    else reportOnce(state, physical, deviceFunction, 'SRIOV-004', formatBits(data, mask));
    return true;
  }
  if (root.enable < 0) return false;
  // It takes its time to appear, and has no Vendor ID even then.
  if (ones && !present) {
    state.absentReads++;
    return true;
  }
  if (index <= (totalOf(physical) ?? index) || hasSibling(physical)) return false;
  if (!ones) reportOnce(state, physical, deviceFunction, 'SRIOV-003', formatBits(data, mask));
  return true;
}

/** Whether the device has another function that may have virtual ones, whose places are not known. */
function hasSibling(physical: PciFunction): boolean {
  return physical.bus.functions.some(
    (f) => f !== undefined && f !== physical && f.presence === PRESENT && f.virtualOf === undefined && isOrdinary(f),
  );
}

/** Whether it is known to be a function that has an identity of its own and was there before, or was put in since. */
function isOrdinary(f: PciFunction | undefined): boolean {
  if (f?.presence === UNKNOWN && f.fresh !== undefined) return true;
  if (f?.presence !== PRESENT || f.virtualOf !== undefined) return false;
  return (f.config.peek(0, 2) ?? 0xffff) !== 0xffff;
}

function reportOnce(state: MachineState, physical: PciFunction, at: number, rule: string, actual: string): void {
  const key = `${rule} ${at}`;
  if (physical.reported.has(key)) return;
  physical.reported.add(key);
  const disabled = rule === 'SRIOV-004';
  state.reporter.diverge({
    rule,
    function: physical,
    register: 'SR-IOV Control',
    shape: disabled ? 'virtual functions answer while VF Enable is 0' : 'more virtual functions answer than TotalVFs',
    expected: 'all ones',
    actual,
    explanation: disabled
      ? 'While VF Enable is 0 there are no virtual functions.'
      : 'NumVFs was written with more than TotalVFs: at most TotalVFs virtual functions are there.',
  });
}

/** Bits of a register of a virtual function that must be 0. */
function zeroBits(d: number): number {
  if (d === 1) return 2;
  if ((d >= 4 && d < 10) || d === 12) return -1;
  return d === 15 ? 0xff00 : 0;
}

const NAMES: Readonly<Record<number, string>> = {
  0: 'Vendor ID and Device ID',
  1: 'Command',
  12: 'Expansion ROM Base Address',
  15: 'Interrupt Pin',
};

/** Judges the registers of a virtual function that are the same in all of them. */
export function judgeIdentity(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const zero = zeroBits(d) & mask;
  if ((d !== 0 && zero === 0) || !state.showsResets || f.doubt !== 'none' || (data === mask && d !== 0)) return;
  state.reporter.count('SRIOV-001');
  const wrong = d === 0 ? ~data & mask : data & zero;
  const key = `SRIOV-001 ${d}`;
  if (wrong === 0 || f.reported.has(key)) return;
  f.reported.add(key);
  state.reporter.diverge({
    rule: 'SRIOV-001',
    function: f,
    register: NAMES[d] ?? `BAR ${d - 4}`,
    shape: d === 0 ? 'an identity of its own' : 'not zero in a virtual function',
    expected: d === 0 ? 'all ones' : formatBits(0, zero),
    actual: formatBits(data, mask),
    bits: compareBits(4 * d, mask, d === 0 ? mask : zero, d === 0 ? -1 : 0, data, f.fields[d]),
    explanation:
      'A virtual function reads all ones as its identity; it has no BARs, ROM, memory enable and interrupt pin of its own.',
  });
}
