/** What the registers of one function must be beside each other: lists, places, sizes. Each fault is told once. */

import { barCount, barSize, ROM_INDEX } from './base-address.ts';
import { checkExtended, checkLists, checkResized } from './checks-lists.ts';
import { checkTable, checkVirtio } from './checks-regions.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { mayBeVirtual } from '../life-cycle/virtual-functions.ts';

/** A fault of structure. `key` tells faults of one function apart. */
export interface Fault {
  rule: string;
  key: string;
  register: string;
  expected: string;
  actual: string;
  why: string;
}

export type Report = (fault: Fault) => void;

/** Looks at everything that is known of a function and reports what is wrong and was not reported yet. */
export function checkStructure(state: MachineState, f: PciFunction): void {
  if (f.presence !== PRESENT) return;
  const report: Report = ({ rule, key, register, expected, actual, why }) => {
    const once = `${rule} ${key}`;
    if (f.reported.has(once)) return;
    f.reported.add(once);
    state.reporter.diverge({ rule, function: f, register, shape: key, expected, actual, explanation: why });
  };
  checkHeader(f, state.powerOn, report);
  checkBars(f, report);
  checkLists(f, report);
  checkPortType(f, report);
  checkMsi(f, report);
  checkTable(f, report);
  checkVirtio(f, report);
  if (f.express === true) checkExtended(f, report);
  checkResized(f, report);
}

function checkHeader(f: PciFunction, seen: boolean, report: Report): void {
  const { config } = f;
  const type = config.peek(0x0e, 1);
  const classes = config.peek(0x0a, 2);
  if (type !== undefined) {
    const code = type & 0x7f;
    const asked = classes === 0x0600 ? 0 : classes === 0x0604 ? 1 : classes === 0x0607 ? 2 : undefined;
    if (code > 2 || (asked !== undefined && asked !== code)) {
      report({
        rule: 'HDR-005',
        key: code > 2 ? 'reserved layout' : 'layout does not fit the class',
        register: 'Header Type',
        expected: asked === undefined ? 'layout 0, 1 or 2' : `layout ${asked}`,
        actual: `layout ${code}`,
        why: 'The layout code agrees with the class code; codes above 2 are reserved.',
      });
    }
  }
  const pin = config.peek(0x3d, 1);
  if (pin !== undefined && pin > 4) {
    report({
      rule: 'HDR-012',
      key: 'pin beyond INTD',
      register: 'Interrupt Pin',
      expected: '0 to 4',
      actual: String(pin),
      why: 'There are four interrupt pins.',
    });
  }
  const pointer = config.peek(0x34, 1);
  if (pointer !== undefined && config.bit(6, 4) === 1 && (pointer & 3) !== 0) {
    report({
      rule: 'HDR-009',
      key: 'low bits set',
      register: 'Capabilities Pointer',
      expected: 'bits 1:0 zero',
      actual: `0x${pointer.toString(16)}`,
      why: 'The low two bits of the pointer are reserved.',
    });
  }
  checkMultifunction(f, seen, report);
}

/** A function above 0 must be announced by function 0, unless it stems from ARI or SR-IOV. */
function checkMultifunction(f: PciFunction, seen: boolean, report: Report): void {
  const zero = f.bus.functions[f.deviceFunction & ~7];
  if ((f.deviceFunction & 7) === 0 || f.aliasOf !== undefined || zero === undefined || zero.presence !== PRESENT)
    return;
  if (zero.config.bit(0x0e, 7) !== 0 || zero.doubt !== 'none') return;
  if (mayBeVirtual(f.bus, seen, f)) return;
  report({
    rule: 'HDR-006',
    key: 'function without multifunction bit',
    register: 'Header Type',
    expected: 'bit 7 of function 0 set',
    actual: 'bit 7 of function 0 clear',
    why: 'Function 0 does not say that its device has more functions, so software does not look for this one.',
  });
}

function checkBars(f: PciFunction, report: Report): void {
  const count = barCount(f);
  for (let index = 0; index < count; index++) {
    const kind = f.barKinds[index] ?? 'unknown';
    if (kind === 'unknown' || kind === 'upper') continue;
    const register = `BAR ${index}`;
    const low = f.config.peek(0x10 + 4 * index, 1, 0xf);
    const size = barSize(f, index);
    if (low !== undefined) checkType(f, index, kind, low, report);
    if (size.exponent < 0) continue;
    const least = kind === 'io' ? 2 : f.express === true && f.portType === 0 ? 7 : 4;
    if (kind === 'io' && (size.exponent > 8 || size.exponent < least)) {
      report({
        rule: 'BAR-007',
        key: 'size',
        register,
        expected: '4 to 256 bytes',
        actual: `${2 ** size.exponent} bytes`,
        why: 'An I/O BAR asks for at least 4 and at most 256 bytes.',
      });
    }
    if (kind !== 'io' && size.exponent < least) {
      report({
        rule: 'BAR-006',
        key: 'size',
        register,
        expected: `at least ${2 ** least} bytes`,
        actual: `${2 ** size.exponent} bytes`,
        why: 'A memory BAR asks for at least 128 bytes in a PCI Express endpoint, and 16 elsewhere.',
      });
    }
  }
  const rom = count === 0 ? -1 : barSize(f, ROM_INDEX).exponent;
  if (rom > 24) {
    report({
      rule: 'ROM-001',
      key: 'size',
      register: 'Expansion ROM Base Address',
      expected: '2 KiB to 16 MiB',
      actual: `${2 ** (rom - 20)} MiB`,
      why: 'An expansion ROM has at most 16 MiB.',
    });
  }
}

function checkType(f: PciFunction, index: number, kind: string, low: number, report: Report): void {
  const register = `BAR ${index}`;
  if (kind === 'io' ? (low & 2) !== 0 : (low & 6) === 6 || ((low & 6) === 2 && f.express === true)) {
    report({
      rule: 'BAR-001',
      key: 'reserved type',
      register,
      expected: kind === 'io' ? 'bit 1 zero' : 'a type of 32 or 64 bits',
      actual: `low bits 0x${low.toString(16)}`,
      why: 'The type bits have a reserved value.',
    });
  }
  if (kind !== 'io' && (low & 6) === 4 && index === barCount(f) - 1) {
    report({
      rule: f.headerType === 1 ? 'BAR-027' : 'BAR-010',
      key: '64-bit without upper half',
      register,
      expected: 'a 32-bit BAR',
      actual: 'a 64-bit BAR',
      why:
        f.headerType === 1
          ? 'A type 1 header has two BARs; the register after them holds bus numbers.'
          : 'A 64-bit BAR takes its own register and the next; the last one has no next.',
    });
  }
}

function checkPortType(f: PciFunction, report: Report): void {
  const code = f.config.peek(0x0e, 1);
  if (f.portType < 0 || code === undefined) return;
  const bridge = f.portType >= 4 && f.portType <= 8;
  const legal = f.portType <= 1 || bridge || f.portType === 9 || f.portType === 10;
  if (legal && bridge === ((code & 0x7f) === 1)) return;
  report({
    rule: 'PCIE-001',
    key: legal ? 'port type does not fit the header' : 'reserved port type',
    register: 'PCI Express Capabilities',
    expected: legal ? `a port type of header layout ${code & 0x7f}` : 'a port type that exists',
    actual: `port type ${f.portType}`,
    why: 'Ports and bridges have a type 1 header, endpoints a type 0 header.',
  });
}

function checkMsi(f: PciFunction, report: Report): void {
  if (f.msiAt === 0) return;
  const low = f.config.peek(f.msiAt + 2, 1);
  if (low === undefined) return;
  if (f.express === true && f.portType === 0 && (low & 0x80) === 0) {
    report({
      rule: 'MSI-001',
      key: '32-bit addresses only',
      register: 'MSI Message Control',
      expected: '64 Bit Address Capable 1',
      actual: '64 Bit Address Capable 0',
      why: 'A PCI Express endpoint must be able to send to 64-bit addresses.',
    });
  }
  if (((low >>> 1) & 7) > 5) {
    report({
      rule: 'MSI-002',
      key: 'reserved number of messages',
      register: 'MSI Message Control',
      expected: 'Multiple Message Capable 0 to 5',
      actual: `Multiple Message Capable ${(low >>> 1) & 7}`,
      why: 'A function has at most 32 messages.',
    });
  }
}
