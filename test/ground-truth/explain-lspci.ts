/** What `explain` said of registers when they were last read, against the words of the guest's `lspci -vvv`. */

import type { Annotation } from '../../src/report/explain/annotation.ts';
import { parseDecoded } from './lspci.ts';

/** Values by function, structure, register and field, as they were last read. */
export class LastReads {
  private readonly byFunction = new Map<number, Map<string, number>>();
  private readonly bars = new Map<number, Map<number, string>>();

  add({ bdf, way, structure, fields, bar }: Annotation): void {
    if (way !== 'read' || bdf < 0) return;
    let values = this.byFunction.get(bdf);
    if (values === undefined) this.byFunction.set(bdf, (values = new Map()));
    for (const { register, field, value } of fields) values.set(`${structure}/${register}/${field}`, value);
    if (bar === undefined || bar.probe || bar.address === undefined || bar.address === 0n || bar.none) return;
    let mine = this.bars.get(bdf);
    if (mine === undefined) this.bars.set(bdf, (mine = new Map()));
    const kind = bar.kind === 'io' ? 'io' : bar.kind === 'memory64' ? '64-bit' : '32-bit';
    mine.set(bar.index, `${bar.address.toString(16)} ${kind} ${bar.prefetchable === true}`);
  }

  value(bdf: number, key: string): number | undefined {
    return this.byFunction.get(bdf)?.get(key);
  }

  bar(bdf: number, index: number): string | undefined {
    return this.bars.get(bdf)?.get(index);
  }
}

/** Words of lspci, each with `+` or `-` behind it, and the fields that they stand for. */
type Flags = Readonly<Record<string, string>>;

const CONTROL: Flags = {
  'I/O': 'I/O Space Enable',
  Mem: 'Memory Space Enable',
  BusMaster: 'Bus Master Enable',
  SpecCycle: 'Special Cycle Enable',
  MemWINV: 'Memory Write and Invalidate',
  VGASnoop: 'VGA Palette Snoop',
  ParErr: 'Parity Error Response',
  Stepping: 'IDSEL Stepping/Wait Cycle Control',
  SERR: 'SERR# Enable',
  FastB2B: 'Fast Back-to-Back Transactions Enable',
  DisINTx: 'Interrupt Disable',
};
const STATUS: Flags = {
  Cap: 'Capabilities List',
  '66MHz': '66 MHz Capable',
  FastB2B: 'Fast Back-to-Back Transactions Capable',
  ParErr: 'Master Data Parity Error',
  '>TAbort': 'Signaled Target Abort',
  '<TAbort': 'Received Target Abort',
  '<MAbort': 'Received Master Abort',
  '>SERR': 'Signaled System Error',
  '<PERR': 'Detected Parity Error',
};
const DEVICE_CONTROL: Flags = {
  CorrErr: 'Correctable Error Reporting Enable',
  NonFatalErr: 'Non-Fatal Error Reporting Enable',
  FatalErr: 'Fatal Error Reporting Enable',
  UnsupReq: 'Unsupported Request Reporting Enable',
  RlxdOrd: 'Enable Relaxed Ordering',
  ExtTag: 'Extended Tag Field Enable',
  NoSnoop: 'Enable No Snoop',
};
const DEVICE_STATUS: Flags = {
  CorrErr: 'Correctable Error Detected',
  NonFatalErr: 'Non-Fatal Error Detected',
  FatalErr: 'Fatal Error Detected',
  UnsupReq: 'Unsupported Request Detected',
  TransPend: 'Transactions Pending',
};
const LINK_CONTROL: Flags = {
  Disabled: 'Link Disable',
  CommClk: 'Common Clock Configuration',
  ExtSynch: 'Extended Synch',
};
const SLOT_CONTROL: Flags = {
  AttnBtn: 'Attention Button Pressed Enable',
  PwrFlt: 'Power Fault Detected Enable',
  MRL: 'MRL Sensor Changed Enable',
  PresDet: 'Presence Detect Changed Enable',
  CmdCplt: 'Command Completed Interrupt Enable',
  HPIrq: 'Hot-Plug Interrupt Enable',
};
const BRIDGE_CONTROL: Flags = {
  Parity: 'Parity Error Response Enable',
  SERR: 'SERR# Enable',
  NoISA: 'ISA Enable',
  VGA: 'VGA Enable',
  MAbort: 'Master Abort Mode',
  '>Reset': 'Secondary Bus Reset',
};
const DEVICE_CAPABILITIES: Flags = {
  ExtTag: 'Extended Tag Field Supported',
  RBE: 'Role-Based Error Reporting',
  FLReset: 'Function Level Reset Capability',
};
const LINK_CAPABILITIES: Flags = {
  ClockPM: 'Clock Power Management',
  Surprise: 'Surprise Down Error Reporting Capable',
  LLActRep: 'Data Link Layer Link Active Reporting Capable',
  BwNot: 'Link Bandwidth Notification Capability',
  ASPMOptComp: 'ASPM Optionality Compliance',
};
const LINK_STATUS: Flags = {
  Train: 'Link Training',
  SlotClk: 'Slot Clock Configuration',
  DLActive: 'Data Link Layer Link Active',
  BWMgmt: 'Link Bandwidth Management Status',
  ABWMgmt: 'Link Autonomous Bandwidth Status',
};
const SLOT_CAPABILITIES: Flags = {
  AttnBtn: 'Attention Button Present',
  PwrCtrl: 'Power Controller Present',
  MRL: 'MRL Sensor Present',
  AttnInd: 'Attention Indicator Present',
  PwrInd: 'Power Indicator Present',
  HotPlug: 'Hot-Plug Capable',
  Surprise: 'Hot-Plug Surprise',
  Interlock: 'Electromechanical Interlock Present',
  NoCompl: 'No Command Completed Support',
};
const POWER: Flags = { NoSoftRst: 'No_Soft_Reset', 'PME-Enable': 'PME_En', PME: 'PME_Status' };

const UNCORRECTABLE: Flags = {
  DLP: 'Data Link Protocol Error',
  SDES: 'Surprise Down Error',
  TLP: 'Poisoned TLP Received',
  FCP: 'Flow Control Protocol Error',
  CmpltTO: 'Completion Timeout',
  CmpltAbrt: 'Completer Abort',
  UnxCmplt: 'Unexpected Completion',
  RxOF: 'Receiver Overflow',
  MalfTLP: 'Malformed TLP',
  ECRC: 'ECRC Error',
  UnsupReq: 'Unsupported Request Error',
  ACSViol: 'ACS Violation',
};
const CORRECTABLE: Flags = {
  RxErr: 'Receiver Error',
  BadTLP: 'Bad TLP',
  BadDLLP: 'Bad DLLP',
  Rollover: 'REPLAY_NUM Rollover',
  Timeout: 'Replay Timer Timeout',
  AdvNonFatalErr: 'Advisory Non-Fatal Error',
};
/** The same errors in a register whose fields have a word more. */
const each = (flags: Flags, word: string): Flags =>
  Object.fromEntries(Object.entries(flags).map(([label, field]) => [label, `${field} ${word}`]));

/** Structures of virtio by the word of lspci. */
const VIRTIO: Flags = {
  CommonCfg: 'Virtio Common Configuration',
  Notify: 'Virtio Notifications',
  ISR: 'Virtio ISR Status',
  DeviceCfg: 'Virtio Device-Specific Configuration',
};

/** By the label of lspci: structure and register, and the flags in it. */
const REGISTERS: Readonly<Record<string, { register: string; flags: Flags }>> = {
  Control: { register: 'header/Command', flags: CONTROL },
  Status: { register: 'header/Status', flags: STATUS },
  BridgeCtl: { register: 'Type 1 header/Bridge Control', flags: BRIDGE_CONTROL },
  DevCtl: { register: 'PCI Express/Device Control', flags: DEVICE_CONTROL },
  DevSta: { register: 'PCI Express/Device Status', flags: DEVICE_STATUS },
  DevCap: { register: 'PCI Express/Device Capabilities', flags: DEVICE_CAPABILITIES },
  LnkCap: { register: 'PCI Express/Link Capabilities', flags: LINK_CAPABILITIES },
  LnkSta: { register: 'PCI Express/Link Status', flags: LINK_STATUS },
  SltCap: { register: 'PCI Express/Slot Capabilities', flags: SLOT_CAPABILITIES },
  LnkCtl: { register: 'PCI Express/Link Control', flags: LINK_CONTROL },
  SltCtl: { register: 'PCI Express/Slot Control', flags: SLOT_CONTROL },
  UESta: { register: 'Advanced Error Reporting/Uncorrectable Error Status', flags: UNCORRECTABLE },
  UEMsk: { register: 'Advanced Error Reporting/Uncorrectable Error Mask', flags: each(UNCORRECTABLE, 'Mask') },
  UESvrt: {
    register: 'Advanced Error Reporting/Uncorrectable Error Severity',
    flags: each(UNCORRECTABLE, 'Severity'),
  },
  CESta: { register: 'Advanced Error Reporting/Correctable Error Status', flags: CORRECTABLE },
  CEMsk: { register: 'Advanced Error Reporting/Correctable Error Mask', flags: each(CORRECTABLE, 'Mask') },
};

/** Numbers in the words of lspci, and the codes that they stand for. */
const NUMBERS: readonly { of: string; field: string; pattern: RegExp; code: (text: string) => number }[] = [
  {
    of: 'DevCap',
    field: 'Max_Payload_Size Supported',
    pattern: /MaxPayload (\d+)/,
    code: (text) => Math.log2(+text / 128),
  },
  { of: 'LnkCap', field: 'Port Number', pattern: /Port #(\d+)/, code: Number },
  { of: 'LnkCap', field: 'Max Link Speed', pattern: /Speed ([\d.]+)GT/, code: speedCode },
  { of: 'LnkCap', field: 'Maximum Link Width', pattern: /Width x(\d+)/, code: Number },
  { of: 'LnkSta', field: 'Current Link Speed', pattern: /Speed ([\d.]+)GT/, code: speedCode },
  { of: 'LnkSta', field: 'Negotiated Link Width', pattern: /Width x(\d+)/, code: Number },
  { of: 'SltCap', field: 'Physical Slot Number', pattern: /Slot #(\d+)/, code: Number },
];

function speedCode(text: string): number {
  return ['2.5', '5', '8', '16', '32', '64'].indexOf(text) + 1;
}

export interface Difference {
  bdf: number;
  words: string;
}

/** Fields that both sides have, and where they differ. */
export function compareFields(guest: string, reads: LastReads): { count: number; differences: Difference[] } {
  const comparison = new FieldComparison(reads);
  for (const [bdf, fields] of parseDecoded(guest)) comparison.compare(bdf, fields);
  return comparison;
}

class FieldComparison {
  count = 0;
  readonly differences: Difference[] = [];
  private readonly reads: LastReads;

  constructor(reads: LastReads) {
    this.reads = reads;
  }

  compare(bdf: number, fields: ReadonlyMap<string, string>): void {
    for (const [key, text] of fields) {
      const section = key.slice(0, key.indexOf('/'));
      const label = key.slice(section.length + 1);
      const known = REGISTERS[label];
      // The power management capability has a `Status` of its own.
      if (label === 'Status' && section !== '') this.power(bdf, text);
      else if (known !== undefined) this.flags(bdf, known.register, known.flags, text, label);
      if (known !== undefined) this.numbers(bdf, label, text);
      if (label === 'capability') this.capability(bdf, text);
      const region = /^Region (\d)$/.exec(label);
      if (region !== null) this.region(bdf, Number(region[1]), text);
    }
  }

  private flags(bdf: number, register: string, flags: Flags, text: string, label: string): void {
    for (const word of text.split(/[\s,;]+/)) {
      const field = flags[word.slice(0, -1)];
      const sign = word.at(-1);
      if (field === undefined || (sign !== '+' && sign !== '-')) continue;
      this.value(bdf, `${register}/${field}`, sign === '+' ? 1 : 0, `${label} ${word}`);
    }
  }

  private numbers(bdf: number, label: string, text: string): void {
    for (const { of, field, pattern, code } of NUMBERS) {
      const theirs = of === label ? pattern.exec(text)?.[1] : undefined;
      if (theirs !== undefined) this.value(bdf, `${REGISTERS[label]?.register}/${field}`, code(theirs), text);
    }
  }

  private power(bdf: number, text: string): void {
    const register = 'Power Management/Power Management Control/Status';
    this.flags(bdf, register, POWER, text, 'Status');
    const state = /^D([0-3])/.exec(text)?.[1];
    if (state !== undefined) this.value(bdf, `${register}/PowerState`, Number(state), text);
  }

  private capability(bdf: number, text: string): void {
    const msix = /^MSI-X: Enable([+-]) Count=(\d+) Masked([+-])/.exec(text);
    if (msix !== null) {
      this.value(bdf, 'MSI-X/Message Control/MSI-X Enable', msix[1] === '+' ? 1 : 0, text);
      this.value(bdf, 'MSI-X/Message Control/Table Size', Number(msix[2]) - 1, text);
      this.value(bdf, 'MSI-X/Message Control/Function Mask', msix[3] === '+' ? 1 : 0, text);
    }
    const virtio = /VirtIO: (\w+) BAR=(\d) offset=([0-9a-f]+) size=([0-9a-f]+)/.exec(text);
    const structure = virtio === null ? undefined : VIRTIO[virtio[1] as string];
    if (virtio !== null && structure !== undefined) {
      this.value(bdf, `${structure}/bar/bar`, Number(virtio[2]), text);
      this.value(bdf, `${structure}/offset/offset`, Number.parseInt(virtio[3] as string, 16), text);
      this.value(bdf, `${structure}/length/length`, Number.parseInt(virtio[4] as string, 16), text);
    }
    const msi = /^MSI: Enable([+-]) Count=(\d+)\/(\d+) Maskable([+-]) 64bit([+-])/.exec(text);
    if (msi === null) return;
    this.value(bdf, 'MSI/Message Control/MSI Enable', msi[1] === '+' ? 1 : 0, text);
    this.value(bdf, 'MSI/Message Control/Multiple Message Enable', Math.log2(Number(msi[2])), text);
    this.value(bdf, 'MSI/Message Control/Multiple Message Capable', Math.log2(Number(msi[3])), text);
    this.value(bdf, 'MSI/Message Control/Per-Vector Masking Capable', msi[4] === '+' ? 1 : 0, text);
    this.value(bdf, 'MSI/Message Control/64 Bit Address Capable', msi[5] === '+' ? 1 : 0, text);
  }

  /** Kind and address. The size is the kernel's, and so is an address of 0; neither is among the bytes. */
  private region(bdf: number, index: number, text: string): void {
    const memory = /^Memory at ([0-9a-f]+) \((32|64)-bit, (non-)?prefetchable\)/.exec(text);
    const io = /^I\/O ports at ([0-9a-f]+)/.exec(text);
    const address = BigInt(`0x${memory?.[1] ?? io?.[1] ?? '0'}`);
    const mine = this.reads.bar(bdf, index);
    if (address === 0n || mine === undefined) return;
    const kind = memory === null ? 'io' : `${memory[2]}-bit`;
    const theirs = `${address.toString(16)} ${kind} ${memory !== null && memory[3] === undefined}`;
    this.count++;
    if (mine !== theirs) this.differences.push({ bdf, words: `BAR ${index}: explain says ${mine}; lspci ${theirs}` });
  }

  private value(bdf: number, key: string, theirs: number, text: string): void {
    // The common registers have the name of the header that they are in.
    const keys = key.startsWith('header/') ? [0, 1].map((type) => `Type ${type} ${key}`) : [key];
    for (const one of keys) {
      const mine = this.reads.value(bdf, one);
      if (mine === undefined) continue;
      this.count++;
      if (mine !== theirs) this.differences.push({ bdf, words: `${one}: explain says ${mine}; lspci ${text}` });
    }
  }
}
