/**
 * What an access reaches: for who puts a trace into words. Asking changes nothing, so that a trace is judged the same with
 * and without it: everything is looked up as the model itself looked last, and never brought up to date here.
 */

import { CONFIG, MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { ConfigurationPorts } from '../configuration/cam.ts';
import { extendedBits } from '../configuration/cam-reserved.ts';
import { leastWidth } from '../configuration/configuration.ts';
import type { EcamWindows } from '../configuration/ecam.ts';
import { windowsOf } from '../decode/window.ts';
import type { ForwardedRange } from '../decode/window.ts';
import type { PciFunction } from '../function.ts';
import { PRESENT } from '../function.ts';
import type { IoApic } from '../interrupts/io-apic.ts';
import { same } from '../interrupts/content.ts';
import { fitsMessage } from '../interrupts/msi.ts';
import type { MachineState } from '../state.ts';
import { claimOf } from './claim.ts';
import type { Claim } from './claim.ts';
import { KnownFunction } from './known-function.ts';

const INDEX = 0xcf8;
const DATA = 0xcfc;
const RESET_CONTROL = 0xcf9;
const ENABLE = 0x80000000 | 0;

/** A place in configuration space; `bdf` includes the segment. An access of unknown width has the least that it can have. */
export interface ConfigurationPlace {
  kind: 'configuration';
  mechanism: 'CAM' | 'ECAM' | 'none';
  bdf: number;
  offset: number;
  width: number;
}

/** What an access is an access to. */
export type Reached =
  | ConfigurationPlace
  /** CONFIG_ADDRESS as a whole; a part of it; CONFIG_DATA while the index leads nowhere, or nobody knows where. */
  | { kind: 'index' | 'part of the index' | 'data disabled' | 'data unknown' }
  | { kind: 'reset control' | 'I/O APIC' }
  /** Whatever decodes there. */
  | { kind: 'memory' | 'port' };

/** Who may have sent a message: a vector of a function. */
export interface Sender {
  bdf: number;
  /** Else MSI. */
  msix: boolean;
  vector: number;
}

/** Asked before and after each access or event. */
export class Decoder {
  private readonly state: MachineState;
  private readonly ports: ConfigurationPorts;
  private readonly ecam: EcamWindows;
  private readonly ioApic: IoApic;
  /** Windows of all bridges, and the step at which decoding had last changed then. */
  private windows: (ForwardedRange & { bdf: number })[] = [];
  private windowsAt = -2;

  constructor(state: MachineState, ports: ConfigurationPorts, ecam: EcamWindows, ioApic: IoApic) {
    this.state = state;
    this.ports = ports;
    this.ecam = ecam;
    this.ioApic = ioApic;
  }

  /** To be asked before the model has the access, which may change the index and move ECAM. */
  reached(access: Access): Reached {
    switch (access.space) {
      case CONFIG: {
        const { addressHi: bdf, addressLo: offset } = access;
        const width = access.width === 0 ? leastWidth(offset, access.valueLo) : access.width;
        return { kind: 'configuration', mechanism: 'none', bdf, offset, width };
      }
      case MEMORY:
        return this.memory(access);
      case PORT:
        return this.port(access);
    }
  }

  /**
   * What is known of the function that has a number, as the model looked last; undefined: it knows no function there. Before
   * an access another one may have the number since.
   */
  find(bdf: number): KnownFunction | undefined {
    const f = this.state.routing.last(bdf >>> 8)?.functions[bdf & 0xff];
    return f?.presence === PRESENT ? new KnownFunction(f) : undefined;
  }

  /** Who decoded the address of the last access, which was no configuration access. */
  claims(access: Access): Claim[] {
    const { space, hi, lo } = this.place(access);
    return this.state.map.lastClaims(space, hi, lo).map((region) => claimOf(region, hi, lo, access.width));
  }

  /** The bridge that forwards the address of the last access, the one that is furthest down; undefined: none. */
  forwarding(access: Access): { bdf: number; kind: ForwardedRange['kind'] } | undefined {
    const { map, routing } = this.state;
    if (this.windowsAt !== map.updatedAt) {
      this.windowsAt = map.updatedAt;
      this.windows = routing
        .functions()
        .filter((f) => f.presence === PRESENT && f.isBridge)
        .flatMap((f) => windowsOf(f).map((window) => ({ ...window, bdf: (f.bus.number << 8) | f.deviceFunction })));
    }
    if (this.windows.length === 0) return undefined;
    const { space, hi, lo } = this.place(access);
    const address = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
    return this.windows.findLast(
      ({ kind, range }) =>
        (kind === 'I/O') === (space === PORT) && range !== undefined && range.base <= address && address <= range.last,
    );
  }

  /** Space and address on the bus: some hosts have ports behind a window of memory. */
  private place(access: Access): { space: typeof PORT | typeof MEMORY; hi: number; lo: number } {
    const { machine, map } = this.state;
    const { ioWindow: window } = machine;
    const { addressHi: hi, addressLo: lo } = access;
    if (access.space === PORT) return { space: PORT, hi: 0, lo };
    if (window === undefined || !map.inRange([window], hi, lo)) return { space: MEMORY, hi, lo };
    return { space: PORT, hi: 0, lo: (lo - window.loLo) | 0 };
  }

  /** Why the last access or event could not be attributed; empty: it could. */
  get undecoded(): string {
    const { undecodedAt, undecodedWhy, step } = this.state;
    return undecodedAt === step - 1 ? undecodedWhy : '';
  }

  /** Vectors that are programmed to send a message, as far as their contents are known. */
  senders(event: Extract<Event, { kind: 'message' }>): Sender[] {
    const message = { ...event, line: 0 };
    const { iommu } = this.state.machine;
    const found: Sender[] = [];
    for (const f of this.sendersAsked(event.bdf)) {
      const bdf = (f.bus.number << 8) | f.deviceFunction;
      for (const vector of msixVectors(f, event.data, event.dataMask)) {
        const content = f.vectors.entry(vector);
        if (content !== undefined && same(content, message, iommu)) found.push({ bdf, msix: true, vector });
      }
      const now = f.msiAt > 0 && f.config.bit(f.msiAt + 2, 0) === 1 ? f.vectors.message() : undefined;
      if (now !== undefined && fitsMessage(this.state, now, now.replaces, message))
        found.push({ bdf, msix: false, vector: event.data & now.replaces });
    }
    return found;
  }

  /** Whether an entry of the I/O APIC sends a message. */
  isOfIoApic(event: Extract<Event, { kind: 'message' }>): boolean {
    return event.bdf === undefined && this.ioApic.sends(event.addressLo, event.data);
  }

  private sendersAsked(bdf: number | undefined): readonly PciFunction[] {
    const { routing } = this.state;
    const asked = bdf === undefined ? routing.functions() : [routing.last(bdf >>> 8)?.functions[bdf & 0xff]];
    return asked.filter((f) => f !== undefined && f.presence === PRESENT) as PciFunction[];
  }

  private memory(access: Access): Reached {
    const found = this.ecam.reached(access);
    if (found !== undefined) return { kind: 'configuration', mechanism: 'ECAM', ...found, width: access.width };
    return { kind: this.ioApic.claims(access.addressHi, access.addressLo) ? 'I/O APIC' : 'memory' };
  }

  private port(access: Access): Reached {
    const { addressLo: port, width } = access;
    if (port === RESET_CONTROL && width === 1) return { kind: 'reset control' };
    if (!this.state.machine.cam || !this.ports.claims(port, width)) return { kind: 'port' };
    if (port === INDEX && width === 4) return { kind: 'index' };
    if (port < DATA) return { kind: 'part of the index' };
    const { index, known } = this.ports.save();
    if (known === 0) return { kind: 'data unknown' };
    const { reporter } = this.state;
    if ((index & ENABLE) === 0 && reporter.choice('cam_enable') !== 'ignored') return { kind: 'data disabled' };
    const extended = reporter.choice('amd_ext_cfg') === 'on' ? extendedBits(index) : 0;
    const offset = extended | (index & 0xfc) | (port - DATA);
    return { kind: 'configuration', mechanism: 'CAM', bdf: (index >>> 8) & 0xffff, offset, width };
  }
}

/** Vectors of a function whose MSI-X may be on and whose entries hold these data, known or not. */
function* msixVectors(f: PciFunction, data: number, mask: number): Generator<number> {
  const { msix } = f;
  if (msix === undefined || f.config.bit(f.msixAt + 2, 15) === 0) return;
  for (let vector = 0; vector < msix.size; vector++)
    if (((msix.table.value[4 * vector + 2]! ^ data) & mask) === 0) yield vector;
}
