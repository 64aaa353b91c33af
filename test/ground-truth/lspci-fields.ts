/** The words of `lspci -vvv`, and the registers, fields and codes that they stand for. */

/** Words of lspci, each with `+` or `-` behind it, and the fields that they stand for. */
export type Flags = Readonly<Record<string, string>>;

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
  PhantFunc: 'Phantom Functions Enable',
  AuxPwr: 'Aux Power PM Enable',
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
const DEVICE_CAPABILITIES_2: Flags = {
  TimeoutDis: 'Completion Timeout Disable Supported',
  NROPrPrP: 'No RO-enabled PR-PR Passing',
  LTR: 'LTR Mechanism Supported',
  '10BitTagComp': '10-Bit Tag Completer Supported',
  '10BitTagReq': '10-Bit Tag Requester Supported',
  ExtFmt: 'Extended Fmt Field Supported',
  EETLPPrefix: 'End-End TLP Prefix Supported',
  EmergencyPowerReductionInit: 'Emergency Power Reduction Initialization Required',
  FRS: 'FRS Supported',
  ARIFwd: 'ARI Forwarding Supported',
  Routing: 'AtomicOp Routing Supported',
  '32bit': '32-bit AtomicOp Completer Supported',
  '64bit': '64-bit AtomicOp Completer Supported',
  '128bitCAS': '128-bit CAS Completer Supported',
};
const DEVICE_CONTROL_2: Flags = {
  TimeoutDis: 'Completion Timeout Disable',
  LTR: 'LTR Mechanism Enable',
  '10BitTagReq': '10-Bit Tag Requester Enable',
  ARIFwd: 'ARI Forwarding Enable',
  ReqEn: 'AtomicOp Requester Enable',
  EgressBlck: 'AtomicOp Egress Blocking',
};
const LINK_CAPABILITIES_2: Flags = {
  Crosslink: 'Crosslink Supported',
  Retimer: 'Retimer Presence Detect Supported',
  '2Retimers': 'Two Retimers Presence Detect Supported',
  DRS: 'DRS Supported',
};
const LINK_CONTROL_2: Flags = {
  EnterCompliance: 'Enter Compliance',
  SpeedDis: 'Hardware Autonomous Speed Disable',
  EnterModifiedCompliance: 'Enter Modified Compliance',
  ComplianceSOS: 'Compliance SOS',
};
const LINK_STATUS_2: Flags = {
  EqualizationComplete: 'Equalization 8.0 GT/s Complete',
  EqualizationPhase1: 'Equalization 8.0 GT/s Phase 1 Successful',
  EqualizationPhase2: 'Equalization 8.0 GT/s Phase 2 Successful',
  EqualizationPhase3: 'Equalization 8.0 GT/s Phase 3 Successful',
  LinkEqualizationRequest: 'Link Equalization Request 8.0 GT/s',
  Retimer: 'Retimer Presence Detected',
  '2Retimers': 'Two Retimers Presence Detected',
};
const ROOT_CAPABILITIES: Flags = { CRSVisible: 'Configuration RRS Software Visibility' };
const ROOT_STATUS: Flags = { PMEStatus: 'PME Status', PMEPending: 'PME Pending' };
const POWER_CAPABILITIES: Flags = {
  PMEClk: 'PME Clock',
  DSI: 'Device Specific Initialization',
  D1: 'D1_Support',
  D2: 'D2_Support',
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
export const POWER: Flags = { NoSoftRst: 'No_Soft_Reset', 'PME-Enable': 'PME_En', PME: 'PME_Status' };

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
export const VIRTIO: Flags = {
  CommonCfg: 'Virtio Common Configuration',
  Notify: 'Virtio Notifications',
  ISR: 'Virtio ISR Status',
  DeviceCfg: 'Virtio Device-Specific Configuration',
};

/** By the label of lspci: structure and register, and the flags in it. */
export const REGISTERS: Readonly<Record<string, { register: string; flags: Flags }>> = {
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
  DevCap2: { register: 'PCI Express/Device Capabilities 2', flags: DEVICE_CAPABILITIES_2 },
  DevCtl2: { register: 'PCI Express/Device Control 2', flags: DEVICE_CONTROL_2 },
  LnkCap2: { register: 'PCI Express/Link Capabilities 2', flags: LINK_CAPABILITIES_2 },
  LnkCtl2: { register: 'PCI Express/Link Control 2', flags: LINK_CONTROL_2 },
  LnkSta2: { register: 'PCI Express/Link Status 2', flags: LINK_STATUS_2 },
  RootCap: { register: 'PCI Express/Root Capabilities', flags: ROOT_CAPABILITIES },
  RootSta: { register: 'PCI Express/Root Status', flags: ROOT_STATUS },
  Flags: { register: 'Power Management/Power Management Capabilities', flags: POWER_CAPABILITIES },
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
export const NUMBERS: readonly { of: string; field: string; pattern: RegExp; code: (text: string) => number }[] = [
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
  { of: 'SltCap', field: 'Slot Power Limit Value', pattern: /PowerLimit (0)W/, code: Number },
  { of: 'DevCap', field: 'Captured Slot Power Limit Value', pattern: /SlotPowerLimit (0)W/, code: Number },
  { of: 'DevCap', field: 'Phantom Functions Supported', pattern: /PhantFunc (\d)/, code: Number },
  {
    of: 'DevCap',
    field: 'Endpoint L0s Acceptable Latency',
    pattern: /Latency L0s (\S+),/,
    code: (text) => latencyCode(text, L0S),
  },
  {
    of: 'DevCap',
    field: 'Endpoint L1 Acceptable Latency',
    pattern: /Latency L0s \S+, L1 (\S+)/,
    code: (text) => latencyCode(text, L1),
  },
  {
    of: 'LnkCap',
    field: 'L0s Exit Latency',
    pattern: /Exit Latency L0s (\S+)/,
    code: (text) => latencyCode(text, L0S),
  },
  {
    of: 'DevCap2',
    field: 'Completion Timeout Ranges Supported',
    pattern: /Completion Timeout: (Not Supported)/,
    code: () => 0,
  },
  { of: 'DevCap2', field: 'OBFF Supported', pattern: /OBFF (Not Supported)/, code: () => 0 },
  { of: 'DevCap2', field: 'Max End-End TLP Prefixes', pattern: /MaxEETLPPrefixes (\d)/, code: (text) => +text % 4 },
  {
    of: 'DevCap2',
    field: 'Emergency Power Reduction Supported',
    pattern: /EmergencyPowerReduction (Not Supported)/,
    code: () => 0,
  },
  { of: 'DevCtl2', field: 'Completion Timeout Value', pattern: /Timeout: (50us to 50ms)/, code: () => 0 },
  { of: 'DevCtl2', field: 'OBFF Enable', pattern: /OBFF (Disabled)/, code: () => 0 },
  {
    of: 'LnkCap2',
    field: 'Supported Link Speeds Vector',
    pattern: /Supported Link Speeds: 2\.5-([\d.]+)GT/,
    code: (text) => (1 << speedCode(text)) - 1,
  },
  // 2.5 stands for two codes there.
  { of: 'LnkCtl2', field: 'Target Link Speed', pattern: /Target Link Speed: (\d+)GT/, code: speedCode },
  { of: 'LnkCtl2', field: 'Transmit Margin', pattern: /Transmit Margin: (Normal)/, code: () => 0 },
  {
    of: 'LnkSta2',
    field: 'Current De-emphasis Level',
    pattern: /Current De-emphasis Level: (-[\d.]+)dB/,
    code: (text) => (text === '-6' ? 0 : 1),
  },
  { of: 'LnkSta2', field: 'Crosslink Resolution', pattern: /CrosslinkRes: (unsupported)/, code: () => 0 },
  { of: 'RootSta', field: 'PME Requester ID', pattern: /PME ReqID ([0-9a-f]{4})/, code: (text) => parseInt(text, 16) },
  {
    of: 'Flags',
    field: 'Aux_Current',
    pattern: /AuxCurrent=(\d+)mA/,
    code: (text) => [0, 55, 100, 160, 220, 270, 320, 375].indexOf(+text),
  },
  { of: 'Flags', field: 'PME_Support', pattern: /PME\((.*)\)/, code: bitsCode },
];

/** What lspci prints for the codes of a latency. */
const L0S = ['<64ns', '<128ns', '<256ns', '<512ns', '<1us', '<2us', '<4us', 'unlimited'];
const L1 = ['<1us', '<2us', '<4us', '<8us', '<16us', '<32us', '<64us', 'unlimited'];

function latencyCode(text: string, names: readonly string[]): number {
  return names.indexOf(text);
}

/** `D0-,D1+`: the first is bit 0. */
function bitsCode(text: string): number {
  return text.split(',').reduce((bits, word, bit) => (word.endsWith('+') ? bits | (1 << bit) : bits), 0);
}

function speedCode(text: string): number {
  return ['2.5', '5', '8', '16', '32', '64'].indexOf(text) + 1;
}
