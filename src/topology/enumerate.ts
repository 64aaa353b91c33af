/** Finds the functions of a live target through its configuration space, as an operating system does. */

import type { MachineDescription } from '../access/machine.ts';
import { formatBdf } from '../access/bdf.ts';
import { DOWNSTREAM_PORT, PCI_TO_PCIE_BRIDGE, ROOT_PORT } from '../spec/port-type.ts';
import { FirstFit } from './first-fit.ts';
import { Mechanisms } from './mechanism.ts';
import type { ConfigurationPort } from './mechanism.ts';
import { probe } from './probe.ts';
import type { Topology, TopologyFunction } from './topology.ts';

/** Reads of an identity that ask for a retry before the function is taken for absent (PCIe 2.3.2). */
const RETRIES = 100;
const REQUEST_RETRY = 0x0001;
const FUNCTIONS_AT_MOST = 4096;

export interface EnumerateOptions {
  /** Functions that a scan by Vendor ID would not find. */
  functions?: readonly number[];
  /** Root buses (segment << 8 | bus) beside bus 0 and the first bus of each ECAM range. */
  roots?: readonly number[];
}

/**
 * Scans all buses, numbers those that have no valid number, probes each function, gives addresses to BARs and windows
 * that have none, and enables decoding and bus mastering. Functions that were found enabled stay where they are.
 */
export function enumerate(
  port: ConfigurationPort,
  machine: Partial<MachineDescription>,
  options: EnumerateOptions = {},
): Topology {
  const scan = new Scan(port, machine);
  const roots = [0, ...(machine.ecam ?? []).map(({ segment, firstBus }) => (segment << 8) | firstBus)];
  for (const root of new Set([...roots, ...(options.roots ?? [])])) scan.root(root);
  for (const bdf of options.functions ?? []) scan.extra(bdf);
  new FirstFit(port, machine, scan.remarks).assign(scan.functions);
  return { functions: scan.functions, remarks: scan.remarks };
}

class Scan {
  readonly functions: TopologyFunction[] = [];
  readonly remarks: string[] = [];
  private readonly port: ConfigurationPort;
  private readonly mechanisms: Mechanisms;
  private readonly found = new Set<number>();
  private readonly visited = new Set<number>();

  constructor(port: ConfigurationPort, machine: Partial<MachineDescription>) {
    this.port = port;
    this.mechanisms = new Mechanisms(machine);
  }

  root(bus: number): void {
    if (!this.visited.has(bus)) this.bus(bus, [bus], -1, 0xff);
  }

  /** A function that shows no identity; it is taken to be on the bus that has its number now. */
  extra(bdf: number): void {
    if (this.found.has(bdf)) return;
    const bus = (bdf >>> 8) & 0xff;
    const above = this.functions.find(
      (f) => f.bridge?.secondary === bus && f.bdf >>> 16 === bdf >>> 16 && f.bridge.secondary !== 0,
    );
    const path = above === undefined ? [bdf >>> 8] : above.path;
    this.add(bdf, path, above?.index ?? -1);
  }

  /** Scans one bus and what is below it. Returns the highest bus number used; `limit`: the highest there may be. */
  private bus(bus: number, path: readonly number[], parent: number, limit: number): number {
    this.visited.add(bus);
    const bridges: TopologyFunction[] = [];
    for (let device = 0; device < 32; device++) this.device((bus << 8) | (device << 3), path, parent, bridges);
    let highest = bus & 0xff;
    const unnumbered = bridges.filter((bridge) => {
      if (!this.numbered(bridge, bus, limit)) return true;
      const { secondary, subordinate } = bridge.bridge!;
      const last = this.bus((bus & ~0xff) | secondary, bridge.path, bridge.index, subordinate);
      highest = Math.max(highest, last, subordinate);
      return false;
    });
    for (const bridge of unnumbered) highest = this.number(bridge, bus, highest, limit);
    return highest;
  }

  private device(first: number, path: readonly number[], parent: number, bridges: TopologyFunction[]): void {
    if ((first & 0xff) !== 0 && this.leadsToOne(parent)) {
      if (this.found.has(first) || !this.answers(first)) return;
      // Entered, the one device would be found 32 times, and the bridges in it again below each of them.
      if (!this.forwardsAlternatively(parent)) {
        this.remarks.push(`${formatBdf(first)}: answers, but a port leads to device 0 only`);
        return;
      }
    }
    const f = this.function(first, path, parent, bridges);
    if (f === undefined) return;
    if (f.multifunction) for (let n = 1; n < 8; n++) this.function(first | n, path, parent, bridges);
    else if (parent >= 0 && (first & 0xff) === 0) this.alternativeRouting(f, path, parent, bridges);
  }

  /** Whether the bus below is a link, which has device 0 only (PCIe 7.3.1). */
  private leadsToOne(parent: number): boolean {
    const type = this.functions[parent]?.express?.portType;
    return type === ROOT_PORT || type === DOWNSTREAM_PORT || type === PCI_TO_PCIE_BRIDGE;
  }

  /** Whether a port takes device numbers for a part of the function number (PCIe 7.5.3.15, 7.5.3.16). */
  private forwardsAlternatively(parent: number): boolean {
    const { bdf, express } = this.functions[parent]!;
    const both = [express!.offset + 0x24, express!.offset + 0x28].map((at) => this.port.read(bdf, at, 2));
    return both.every((register) => (register & 0x20) !== 0);
  }

  /** Functions beyond 7 of an ARI device, by its list (PCIe 7.8.7), if the port above can forward to them. */
  private alternativeRouting(
    first: TopologyFunction,
    path: readonly number[],
    parent: number,
    bridges: TopologyFunction[],
  ): void {
    const port = this.functions[parent];
    const list = first.extended.find(({ id }) => id === 0x0e);
    const express = port?.express;
    if (list === undefined || port === undefined || express === undefined) return;
    if ((this.port.read(port.bdf, express.offset + 0x24, 4) & 0x20) === 0) return;
    const control = this.port.read(port.bdf, express.offset + 0x28, 2);
    this.port.write(port.bdf, express.offset + 0x28, 2, control | 0x20);
    let next = this.port.read(first.bdf, list.offset + 5, 1);
    let last = 0;
    while (next > last) {
      const f = this.function((first.bdf & ~0xff) | next, path, parent, bridges);
      const further = f?.extended.find(({ id }) => id === 0x0e);
      if (f === undefined || further === undefined) return;
      last = next;
      next = this.port.read(f.bdf, further.offset + 5, 1);
    }
  }

  private function(
    bdf: number,
    path: readonly number[],
    parent: number,
    bridges: TopologyFunction[],
  ): TopologyFunction | undefined {
    if (this.found.has(bdf) || !this.answers(bdf)) return undefined;
    const f = this.add(bdf, path, parent);
    if (f?.bridge !== undefined) bridges.push(f);
    return f;
  }

  private answers(bdf: number): boolean {
    for (let attempt = 0; attempt < RETRIES; attempt++) {
      const vendor = this.port.read(bdf, 0, 2);
      if (vendor !== REQUEST_RETRY) return vendor !== 0xffff && vendor !== 0;
    }
    return false;
  }

  private add(bdf: number, path: readonly number[], parent: number): TopologyFunction | undefined {
    if (this.functions.length >= FUNCTIONS_AT_MOST) return undefined;
    this.found.add(bdf);
    const seen = probe(this.port, bdf, this.mechanisms.reachesExtended(bdf));
    const bridge =
      seen.headerType === 1
        ? {
            secondary: this.port.read(bdf, 0x19, 1),
            subordinate: this.port.read(bdf, 0x1a, 1),
            io: undefined,
            memory: undefined,
            prefetchable: undefined,
          }
        : undefined;
    const f = { index: this.functions.length, path: [...path, bdf & 0xff], parent, bridge, ...seen };
    this.functions.push(f);
    return f;
  }

  /** Whether the bus numbers that a bridge holds make sense: in the range of the bus above, and nobody else's. */
  private numbered({ bridge, bdf }: TopologyFunction, bus: number, limit: number): boolean {
    const { secondary, subordinate } = bridge!;
    return (
      this.port.read(bdf, 0x18, 1) === (bus & 0xff) &&
      secondary > (bus & 0xff) &&
      secondary <= subordinate &&
      subordinate <= limit &&
      !this.visited.has((bus & ~0xff) | secondary)
    );
  }

  /** Gives a bridge the next numbers: open upwards while the buses below are scanned, then closed to what was used. */
  private number(f: TopologyFunction, bus: number, highest: number, limit: number): number {
    let next = highest + 1;
    while (this.visited.has((bus & ~0xff) | next)) next++;
    if (next > limit) {
      this.remarks.push(`${formatBdf(f.bdf)}: no bus number is left for the bus below`);
      return highest;
    }
    const { port } = this;
    const write = (subordinate: number): void => {
      port.write(f.bdf, 0x18, 1, bus & 0xff);
      port.write(f.bdf, 0x19, 1, next);
      port.write(f.bdf, 0x1a, 1, subordinate);
    };
    write(limit);
    const last = this.bus((bus & ~0xff) | next, f.path, f.index, limit);
    write(last);
    f.bridge!.secondary = next;
    f.bridge!.subordinate = last;
    return last;
  }
}
