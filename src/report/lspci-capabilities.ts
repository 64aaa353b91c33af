/** Capabilities in the words of `lspci -vvv`; those without words of their own here have their name alone. */

import type { FunctionSnapshot } from '../model/snapshot.ts';
import type { FoundCapability } from '../model/function.ts';
import { capabilityName, extendedCapabilityName } from '../spec/capabilities.ts';
import { ROOT_PORT, EVENT_COLLECTOR } from '../spec/port-type.ts';
import { VIRTIO_VENDOR } from '../spec/virtio.ts';
import { hexByte } from './function-view.ts';
import type { KnownBits } from '../model/known-bits.ts';
import { expressLines } from './lspci-express.ts';
import { registerLines } from './lspci-template.ts';

const VIRTIO_TYPES = ['', 'CommonCfg', 'Notify', 'ISR', 'DeviceCfg'] as const;

const UNCORRECTABLE =
  'DLP{4} SDES{5} TLP{12} FCP{13} CmpltTO{14} CmpltAbrt{15} UnxCmplt{16} RxOF{17} MalfTLP{18} ECRC{19} UnsupReq{20} ACSViol{21}';
const CORRECTABLE = 'RxErr{0} BadTLP{6} BadDLLP{7} Rollover{8} Timeout{12} AdvNonFatalErr{13}';

/** All lines of the two capability lists. */
export function capabilityLines(f: FunctionSnapshot, bits: KnownBits): string[] {
  const lines: string[] = [];
  for (const found of f.capabilities) {
    const [first = '', ...rest] = body(f, found, bits);
    lines.push(`\tCapabilities: [${hexByte(found.offset)}] ${first}`, ...rest);
  }
  for (const found of f.extended) {
    const version = bits.bits(found.offset + 2, 3, 0) ?? '?';
    const [first = '', ...rest] = extendedBody(f, found, bits);
    lines.push(`\tCapabilities: [${found.offset.toString(16)} v${version}] ${first}`, ...rest);
  }
  return lines;
}

function body(f: FunctionSnapshot, { id, offset }: FoundCapability, bits: KnownBits): string[] {
  const lines = (register: number, label: string, templates: readonly string[]): string[] =>
    registerLines(bits, offset, register, label, templates);
  switch (id) {
    case 0x01:
      return powerLines(f, offset, bits);
    case 0x04:
      return lines(2, 'Slot ID: ', ['{4:0} slots, First{5}, chassis {15:8 x2}']);
    case 0x05:
      return msiLines(offset, bits);
    case 0x09:
      return vendorLines(f, offset, bits);
    case 0x0c:
      return ['Hot-plug capable'];
    case 0x0d:
      return lines(4, 'Subsystem: ', ['[{15:0 x4}:{31:16 x4}]']);
    case 0x10:
      return expressLines(bits, offset);
    case 0x11:
      return [
        ...lines(2, 'MSI-X: ', ['Enable{15} Count={10:0 plus1} Masked{14}']),
        ...lines(4, '\t\tVector table: ', ['BAR={2:0} offset={31:3 words8}']),
        ...lines(8, '\t\tPBA: ', ['BAR={2:0} offset={31:3 words8}']),
      ];
    case 0x12:
      return serialAtaLines(offset, bits);
    default:
      return [capabilityName(id)];
  }
}

function powerLines(f: FunctionSnapshot, at: number, bits: KnownBits): string[] {
  const lines = (register: number, label: string, templates: readonly string[]): string[] =>
    registerLines(bits, at, register, label, templates);
  return [
    ...lines(2, 'Power Management ', ['version {2:0}']),
    ...lines(2, '\t\tFlags: ', [
      'PMEClk{3} DSI{5} D1{9} D2{10} AuxCurrent={8:6 current}mA PME(D0{11},D1{12},D2{13},D3hot{14},D3cold{15})',
    ]),
    ...lines(4, '\t\tStatus: ', ['{1:0 power} NoSoftRst{3} PME-Enable{8} DSel={12:9} DScale={14:13} PME{15}']),
    ...(f.headerType === 1 && bits.byte(at + 6) !== 0 ? lines(6, '\t\tBridge: ', ['PM{7} B3{6}']) : []),
  ];
}

function msiLines(at: number, bits: KnownBits): string[] {
  const wide = bits.flag(at + 2, 7);
  const head = registerLines(bits, at, 2, 'MSI: ', ['Enable{0} Count={6:4 log2}/{3:1 log2} Maskable{8} 64bit{7}']);
  // Where the data lies depends on the width of the address.
  if (wide === undefined) return head;
  const message = wide ? '{8.31:0 x8}{4.31:0 x8}  Data: {c.15:0 x4}' : '{4.31:0 x8}  Data: {8.15:0 x4}';
  const masks = wide ? '{10.31:0 x8}  Pending: {14.31:0 x8}' : '{c.31:0 x8}  Pending: {10.31:0 x8}';
  return [
    ...head,
    ...registerLines(bits, at, 4, '\t\tAddress: ', [message]),
    ...(bits.flag(at + 2, 8) === true ? registerLines(bits, at, 4, '\t\tMasking: ', [masks]) : []),
  ];
}

function vendorLines(f: FunctionSnapshot, at: number, bits: KnownBits): string[] {
  const length = bits.byte(at + 2);
  const type = bits.byte(at + 3);
  const heading = 'Vendor Specific Information: ';
  if (f.vendor !== VIRTIO_VENDOR) return [`${heading}Len=${hexByte(length)} <?>`];
  if (type === undefined) return [`${heading}VirtIO: ?`];
  const multiplier = type === 2 && (length ?? 0) >= 20 ? ' multiplier={10.31:0 x8}' : '';
  return [
    `${heading}VirtIO: ${VIRTIO_TYPES[type] ?? '<unknown>'}`,
    ...registerLines(bits, at, 4, '\t\t', [`BAR={7:0} offset={8.31:0 x8} size={c.31:0 x8}${multiplier}`]),
  ];
}

/** The offset in dwords, as lspci prints it. */
function serialAtaLines(at: number, bits: KnownBits): string[] {
  const bar = bits.bits(at + 4, 3, 0);
  const words = bits.bits(at + 4, 23, 4);
  const place =
    bar === undefined || words === undefined
      ? '?'
      : bar === 0xf
        ? 'InCfgSpace'
        : `BAR${bar - 4} Offset=${words.toString(16).padStart(8, '0')}`;
  return registerLines(bits, at, 2, 'SATA HBA ', [`v{7:4}.{3:0} ${place}`]);
}

function extendedBody(f: FunctionSnapshot, { id, offset }: FoundCapability, bits: KnownBits): string[] {
  const lines = (register: number, label: string, templates: readonly string[]): string[] =>
    registerLines(bits, offset, register, label, templates);
  switch (id) {
    case 0x0001:
      return errorLines(f, offset, bits);
    case 0x0003:
      return lines(4, 'Device Serial Number ', [
        '{8.31:24 x2}-{8.23:16 x2}-{8.15:8 x2}-{8.7:0 x2}-{31:24 x2}-{23:16 x2}-{15:8 x2}-{7:0 x2}',
      ]);
    case 0x000d:
      return [extendedCapabilityName(id), ...lines(4, '\t\tACSCap:\t', [ACS]), ...lines(6, '\t\tACSCtl:\t', [ACS])];
    default:
      return [extendedCapabilityName(id)];
  }
}

const ACS = 'SrcValid{0} TransBlk{1} ReqRedir{2} CmpltRedir{3} UpstreamFwd{4} EgressCtrl{5} DirectTrans{6}';

function errorLines(f: FunctionSnapshot, at: number, bits: KnownBits): string[] {
  const lines = (register: number, label: string, templates: readonly string[]): string[] =>
    registerLines(bits, at, register, label, templates);
  const root = [
    ...lines(0x2c, '\t\tRootCmd: ', ['CERptEn{0} NFERptEn{1} FERptEn{2}']),
    ...lines(0x30, '\t\tRootSta: ', [
      'CERcvd{0} MultCERcvd{1} UERcvd{2} MultUERcvd{3}',
      '\t\t\t FirstFatal{4} NonFatalMsg{5} FatalMsg{6} IntMsg {31:27}',
    ]),
    ...lines(0x34, '\t\tErrorSrc: ', ['ERR_COR: {15:0 x4} ERR_FATAL/NONFATAL: {31:16 x4}']),
  ];
  return [
    'Advanced Error Reporting',
    ...lines(0x04, '\t\tUESta:\t', [UNCORRECTABLE]),
    ...lines(0x08, '\t\tUEMsk:\t', [UNCORRECTABLE]),
    ...lines(0x0c, '\t\tUESvrt:\t', [UNCORRECTABLE]),
    ...lines(0x10, '\t\tCESta:\t', [CORRECTABLE]),
    ...lines(0x14, '\t\tCEMsk:\t', [CORRECTABLE]),
    ...lines(0x18, '\t\tAERCap:\t', [
      'First Error Pointer: {4:0 x2}, ECRCGenCap{5} ECRCGenEn{6} ECRCChkCap{7} ECRCChkEn{8}',
      '\t\t\tMultHdrRecCap{9} MultHdrRecEn{10} TLPPfxPres{11} HdrLogCap{12}',
    ]),
    ...lines(0x1c, '\t\tHeaderLog: ', ['{31:0 x8} {20.31:0 x8} {24.31:0 x8} {28.31:0 x8}']),
    ...(f.portType === ROOT_PORT || f.portType === EVENT_COLLECTOR ? root : []),
  ];
}
