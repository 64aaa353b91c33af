/** The PCI Express capability (PCIe 7.5.3) in the words of `lspci -vvv`. */

import {
  ENDPOINT,
  LEGACY_ENDPOINT,
  ROOT_PORT,
  UPSTREAM_PORT,
  DOWNSTREAM_PORT,
  PCIE_TO_PCI_BRIDGE,
  PCI_TO_PCIE_BRIDGE,
  INTEGRATED_ENDPOINT,
  EVENT_COLLECTOR,
} from '../spec/port-type.ts';
import type { KnownBits } from '../model/known-bits.ts';
import { registerLines } from './lspci-template.ts';

const KINDS: Readonly<Record<number, string>> = {
  [ENDPOINT]: 'Endpoint',
  [LEGACY_ENDPOINT]: 'Legacy Endpoint',
  [ROOT_PORT]: 'Root Port',
  [UPSTREAM_PORT]: 'Upstream Port',
  [DOWNSTREAM_PORT]: 'Downstream Port',
  [PCIE_TO_PCI_BRIDGE]: 'PCI-Express to PCI/PCI-X Bridge',
  [PCI_TO_PCIE_BRIDGE]: 'PCI/PCI-X to PCI-Express Bridge',
  [INTEGRATED_ENDPOINT]: 'Root Complex Integrated Endpoint',
  [EVENT_COLLECTOR]: 'Root Complex Event Collector',
};

/** One capability while its lines are put together. */
interface Express {
  bits: KnownBits;
  at: number;
  /** -1: not known. */
  type: number;
  lines: string[];
}

/** Heading and lines, without the indent of the heading. Registers that are not there by type or version are left out. */
export function expressLines(bits: KnownBits, at: number): string[] {
  const type = bits.bits(at + 2, 7, 4) ?? -1;
  const express: Express = { bits, at, type, lines: [] };
  const isPort = is(express, ROOT_PORT, DOWNSTREAM_PORT, PCI_TO_PCIE_BRIDGE);
  const kind = type < 0 ? '?' : (KINDS[type] ?? `Unknown type ${type}`);
  add(express, 2, 'Express ', [`(v{3:0}) ${kind}${isPort ? ' (Slot{8})' : ''}, MSI {13:9 x2}`]);
  deviceLines(express);
  const hasLink = !is(express, INTEGRATED_ENDPOINT, EVENT_COLLECTOR);
  const hasSlot = isPort && bits.flag(at + 2, 8) === true;
  if (hasLink) linkLines(express);
  if (hasSlot) slotLines(express);
  if (is(express, ROOT_PORT, EVENT_COLLECTOR)) rootLines(express);
  if ((bits.bits(at + 2, 3, 0) ?? 1) < 2) return express.lines;
  deviceLines2(express);
  if (hasLink) linkLines2(express);
  return express.lines;
}

function is({ type }: Express, ...types: readonly number[]): boolean {
  return types.includes(type);
}

function add({ bits, at, lines }: Express, register: number, label: string, templates: readonly string[]): void {
  lines.push(...registerLines(bits, at, register, label, templates));
}

function deviceLines(express: Express): void {
  const { bits, at } = express;
  const isEndpoint = is(express, ENDPOINT, LEGACY_ENDPOINT);
  const canReset = isEndpoint || is(express, INTEGRATED_ENDPOINT);
  const latency = isEndpoint ? ', Latency L0s {8:6 l0s}, L1 {11:9 l1}' : '';
  const buttons =
    isEndpoint || is(express, UPSTREAM_PORT, PCIE_TO_PCI_BRIDGE) ? ' AttnBtn{12} AttnInd{13} PwrInd{14}' : '';
  const limit = is(express, ENDPOINT, UPSTREAM_PORT, PCIE_TO_PCI_BRIDGE) ? ' SlotPowerLimit {27:18 watts}W' : '';
  add(express, 4, '\t\tDevCap:\t', [
    `MaxPayload {2:0 payload} bytes, PhantFunc {4:3 phantom}${latency}`,
    `\t\t\tExtTag{5}${buttons} RBE{15}${canReset ? ' FLReset{28}' : ''}${limit}`,
  ]);
  const retry = is(express, PCIE_TO_PCI_BRIDGE) ? ' BrConfRtry{15}' : '';
  const reset = canReset && bits.flag(at + 4, 28) === true ? ' FLReset{15}' : '';
  add(express, 8, '\t\tDevCtl:\t', [
    'CorrErr{0} NonFatalErr{1} FatalErr{2} UnsupReq{3}',
    `\t\t\tRlxdOrd{4} ExtTag{8} PhantFunc{9} AuxPwr{10} NoSnoop{11}${retry}${reset}`,
    '\t\t\tMaxPayload {7:5 payload} bytes, MaxReadReq {14:12 payload} bytes',
  ]);
  add(express, 10, '\t\tDevSta:\t', ['CorrErr{0} NonFatalErr{1} FatalErr{2} UnsupReq{3} AuxPwr{4} TransPend{5}']);
}

function linkLines(express: Express): void {
  const { bits, at } = express;
  const aspm = bits.bits(at + 12, 11, 10) ?? 0;
  const exits = [...((aspm & 1) === 0 ? [] : ['L0s {14:12 l0s}']), ...((aspm & 2) === 0 ? [] : ['L1 {17:15 l1}'])];
  const exit = exits.length === 0 ? '' : `, Exit Latency ${exits.join(', ')}`;
  add(express, 12, '\t\tLnkCap:\t', [
    `Port #{31:24}, Speed {3:0 speed}, Width x{9:4}, ASPM {11:10 aspm}${exit}`,
    '\t\t\tClockPM{18} Surprise{19} LLActRep{20} BwNot{21} ASPMOptComp{22}',
  ]);
  const hasBoundary = is(express, ROOT_PORT, ENDPOINT, LEGACY_ENDPOINT, PCIE_TO_PCI_BRIDGE);
  add(express, 16, '\t\tLnkCtl:\t', [
    `ASPM {1:0 aspmctl};${hasBoundary ? ' RCB {3:3 rcb} bytes,' : ''} Disabled{4} CommClk{6}`,
    '\t\t\tExtSynch{7} ClockPM{8} AutWidDis{9} BWInt{10} AutBWInt{11}',
  ]);
  const speed = comparison(express, bits.bits(at + 18, 3, 0), bits.bits(at + 12, 3, 0));
  const width = comparison(express, bits.bits(at + 18, 9, 4), bits.bits(at + 12, 9, 4));
  add(express, 18, '\t\tLnkSta:\t', [
    `Speed {3:0 speed}${speed}, Width x{9:4}${width}`,
    '\t\t\tTrErr{10} Train{11} SlotClk{12} DLActive{13} BWMgmt{14} ABWMgmt{15}',
  ]);
}

/** What the link runs at against what it can. A port says nothing: the other end may be the slower one. */
function comparison(express: Express, status: number | undefined, able: number | undefined): string {
  if (status === undefined || able === undefined || status === able) return '';
  if (status > able) return ' (overdriven)';
  return is(express, ROOT_PORT, DOWNSTREAM_PORT, PCI_TO_PCIE_BRIDGE) ? '' : ' (downgraded)';
}

function slotLines(express: Express): void {
  add(express, 0x14, '\t\tSltCap:\t', [
    'AttnBtn{0} PwrCtrl{1} MRL{2} AttnInd{3} PwrInd{4} HotPlug{6} Surprise{5}',
    '\t\t\tSlot #{31:19}, PowerLimit {16:7 watts}W; Interlock{17} NoCompl{18}',
  ]);
  add(express, 0x18, '\t\tSltCtl:\t', [
    'Enable: AttnBtn{0} PwrFlt{1} MRL{2} PresDet{3} CmdCplt{4} HPIrq{5} LinkChg{12}',
    '\t\t\tControl: AttnInd {7:6 indicator}, PwrInd {9:8 indicator}, Power{10} Interlock{11}',
  ]);
  add(express, 0x1a, '\t\tSltSta:\t', [
    'Status: AttnBtn{0} PowerFlt{1} MRL{5} CmdCplt{4} PresDet{6} Interlock{7}',
    '\t\t\tChanged: MRL{2} PresDet{3} LinkState{8}',
  ]);
}

function rootLines(express: Express): void {
  add(express, 0x1e, '\t\tRootCap: ', ['CRSVisible{0}']);
  add(express, 0x1c, '\t\tRootCtl: ', ['ErrCorrectable{0} ErrNon-Fatal{1} ErrFatal{2} PMEIntEna{3} CRSVisible{4}']);
  add(express, 0x20, '\t\tRootSta: ', ['PME ReqID {15:0 x4}, PMEStatus{16} PMEPending{17}']);
}

function deviceLines2(express: Express): void {
  const { bits, at } = express;
  const isRoot = is(express, ROOT_PORT);
  const isPort = is(express, ROOT_PORT, DOWNSTREAM_PORT);
  const routes = isPort || is(express, UPSTREAM_PORT);
  const completes = isRoot || is(express, ENDPOINT, INTEGRATED_ENDPOINT, LEGACY_ENDPOINT);
  const prefixes = bits.flag(at + 0x24, 21) === true ? ', MaxEETLPPrefixes {23:22 prefixes}' : '';
  const lines = isRoot ? ' LN System CLS {15:14 cls},' : '';
  const hints = isRoot || is(express, ENDPOINT) ? ' TPHComp{12} ExtTPHComp{13}' : '';
  const forwarding = isPort ? ' ARIFwd{5}' : '';
  const tells = completes || is(express, PCIE_TO_PCI_BRIDGE);
  const atomic = `${routes ? ' Routing{6}' : ''}${tells ? ' 32bit{7} 64bit{8} 128bitCAS{9}' : ''}`;
  add(express, 0x24, '\t\tDevCap2: ', [
    'Completion Timeout: {3:0 range}, TimeoutDis{4} NROPrPrP{10} LTR{11}',
    `\t\t\t 10BitTagComp{16} 10BitTagReq{17} OBFF {19:18 obff}, ExtFmt{20} EETLPPrefix{21}${prefixes}`,
    '\t\t\t EmergencyPowerReduction {25:24 reduction}, EmergencyPowerReductionInit{26}',
    `\t\t\t FRS{31}${lines}${hints}${forwarding}`,
    ...(routes || tells ? [`\t\t\t AtomicOpsCap:${atomic}`] : []),
  ]);
  const atomicControl = `${completes ? ' ReqEn{6}' : ''}${routes ? ' EgressBlck{7}' : ''}`;
  add(express, 0x28, '\t\tDevCtl2: ', [
    `Completion Timeout: {3:0 timeout}, TimeoutDis{4} LTR{10} 10BitTagReq{12} OBFF {14:13 obffctl},${forwarding}`,
    ...(routes || completes ? [`\t\t\t AtomicOpsCtl:${atomicControl}`] : []),
  ]);
}

function linkLines2(express: Express): void {
  const { bits, at } = express;
  // The register was reserved before revision 3.0.
  if (bits.dword(at + 0x2c) !== 0) {
    add(express, 0x2c, '\t\tLnkCap2: ', [
      'Supported Link Speeds: {7:1 speeds}, Crosslink{8} Retimer{23} 2Retimers{24} DRS{31}',
    ]);
  }
  const selectable = is(express, DOWNSTREAM_PORT) ? ', Selectable De-emphasis: {6:6 emphasis}' : '';
  add(express, 0x30, '\t\tLnkCtl2: ', [
    `Target Link Speed: {3:0 target}, EnterCompliance{4} SpeedDis{5}${selectable}`,
    '\t\t\t Transmit Margin: {9:7 margin}, EnterModifiedCompliance{10} ComplianceSOS{11}',
    '\t\t\t Compliance Preset/De-emphasis: {15:12 preset}',
  ]);
  add(express, 0x32, '\t\tLnkSta2: ', [
    'Current De-emphasis Level: {0:0 emphasis}, EqualizationComplete{1} EqualizationPhase1{2}',
    '\t\t\t EqualizationPhase2{3} EqualizationPhase3{4} LinkEqualizationRequest{5}',
    '\t\t\t Retimer{6} 2Retimers{7} CrosslinkRes: {9:8 crosslink}',
  ]);
}
