/** Layouts at random: any number and kind of functions, in any tree. The same seed gives the same layout. */
import type { EcamRange } from '../../access/machine.ts';
import { parseEcam } from '../../access/machine-text.ts';
import { randomStream } from '../../core/random.ts';
import type { RandomStream } from '../../core/random.ts';
import { range, USUAL_MACHINE } from './default-layout.ts';
import { functionLayout, hasLink, isExpress } from './layout.ts';
import type { CapabilityLayout, FunctionKind, FunctionLayout, Layout, LayoutMachine } from './layout.ts';
import { randomEndpoint } from './random-function.ts';

/** Functions of the largest layout. */
const MOST = 64;

export function randomLayout(seed: string): Layout {
  const stream = randomStream(`${seed}/layout`);
  const builder = new Builder(stream, 1 + stream.below(stream.pick([2, 8, 24, MOST - 16])));
  const machine = randomMachine(stream);
  const functions = builder.bus('root');
  // A device that comes and goes has registers and events that no other one has.
  const free = [...Array(32).keys()].find((number) => functions.every(({ device }) => device !== number));
  if (free !== undefined && stream.below(2) === 0) functions.push(builder.hotPlugPort(free));
  if (machine.ecam.some((window) => window.segment === 1)) {
    functions.push(...builder.bus('root').map((fn) => ({ ...fn, segment: 1 })));
  }
  return { name: `random-${seed}`, machine, assigned: stream.below(2) === 0, functions };
}

function randomMachine(stream: RandomStream): LayoutMachine {
  const last = stream.pick([255, 255, 127, 63]);
  const base = stream.pick(['0xb0000000', '0x4000000000']);
  const ecam = [parseEcam(`${base},0,${last}`) as EcamRange];
  if (stream.below(4) === 0) ecam.push(parseEcam('0x4010000000,0,15,1') as EcamRange);
  const ram = stream.below(3) === 0 ? USUAL_MACHINE.ram.slice(0, 1) : USUAL_MACHINE.ram;
  const io = [stream.pick([range('0xc000-0xffff'), range('0x2000-0xffff')])];
  return { ...USUAL_MACHINE, ecam, ram, io, line: stream.pick([5, 16, 16]) };
}

class Builder {
  private readonly stream: RandomStream;
  private left: number;
  /** How many fixed ranges there are; each has 16 MiB. */
  private fixed = 0;

  constructor(stream: RandomStream, budget: number) {
    this.stream = stream;
    this.left = budget;
  }

  /** The functions of a bus; `parent`: the kind of the bridge above. */
  bus(parent: FunctionKind | 'root', depth = 0, ari = false): FunctionLayout[] {
    const { stream } = this;
    const functions: FunctionLayout[] = [];
    const places = parent === 'root' ? rootDevices(stream) : hasLink(parent as FunctionKind) ? [0] : devices(stream);
    for (const device of places) {
      if (this.left <= 0 && functions.length > 0) break;
      functions.push(...this.device(parent, device, depth, ari));
    }
    return functions;
  }

  /** One device, of one to eight functions. */
  private device(parent: FunctionKind | 'root', device: number, depth: number, ari: boolean): FunctionLayout[] {
    const { stream } = this;
    const kind = this.kind(parent, device, depth);
    const several = stream.below(5) === 0 && kind !== 'host-bridge' && kind !== 'upstream-port';
    const count = several ? 2 + stream.below(7) : 1;
    const functions: FunctionLayout[] = [];
    for (let number = 0; number < count; number++) {
      if (number > 0 && stream.below(3) === 0) continue;
      this.left--;
      functions.push(
        this.one(number === 0 ? kind : this.sibling(kind), device, number, depth, { ari, alone: count === 1 }),
      );
    }
    return functions;
  }

  private kind(parent: FunctionKind | 'root', device: number, depth: number): FunctionKind {
    const { stream } = this;
    const deep = depth >= 5 || this.left <= 1;
    if (parent === 'root') {
      // Alone it would give nothing to do.
      if (device === 0 && stream.below(2) === 0 && this.left > 1) return 'host-bridge';
      const leaves = ['integrated', 'integrated', 'conventional', 'conventional'] as const;
      return stream.pick(deep ? leaves : [...leaves, 'root-port', 'root-port', 'root-port', 'bridge']);
    }
    if (parent === 'upstream-port') return 'downstream-port';
    if (hasLink(parent)) {
      const leaves = ['endpoint', 'endpoint', 'endpoint', 'legacy-endpoint'] as const;
      return stream.pick(deep ? leaves : [...leaves, 'upstream-port', 'express-to-pci']);
    }
    return stream.pick(deep ? ['conventional'] : ['conventional', 'conventional', 'bridge']);
  }

  /** Another function of the same device. */
  private sibling(kind: FunctionKind): FunctionKind {
    if (kind === 'endpoint' || kind === 'legacy-endpoint') return this.stream.pick(['endpoint', 'legacy-endpoint']);
    return kind;
  }

  private one(
    kind: FunctionKind,
    device: number,
    number: number,
    depth: number,
    at: { ari: boolean; alone: boolean },
  ): FunctionLayout {
    const { stream } = this;
    if (kind === 'host-bridge') return functionLayout({ device, function: number, kind, vendor: 0x8086, id: 0x29c0 });
    const isLeaf = kind === 'conventional' || kind === 'integrated' || kind.endsWith('endpoint');
    if (isLeaf) {
      const fixed = depth === 0 && this.fixed < 12 && stream.below(8) === 0 ? this.fixed++ : undefined;
      return randomEndpoint(stream, { device, function: number, kind }, fixed === undefined ? at : { ...at, fixed });
    }
    return this.bridge(kind, device, number, depth);
  }

  hotPlugPort(device: number): FunctionLayout {
    return this.bridge('root-port', device, 0, 4, true);
  }

  private bridge(kind: FunctionKind, device: number, number: number, depth: number, hotPlug = false): FunctionLayout {
    const { stream } = this;
    const port = hasLink(kind);
    const ari = port && stream.below(3) === 0;
    const below = this.bus(kind, depth + 1, ari);
    const slot = hotPlug || (port && stream.below(2) === 0);
    const empty = slot && !hotPlug && stream.below(4) === 0;
    const express = isExpress(kind);
    const capabilities: CapabilityLayout[] = [
      ...(express ? [{ kind: 'express', flr: false, ari } as const] : []),
      ...(slot ? [randomSlot(stream)] : []),
      ...(stream.below(2) === 0
        ? [{ kind: 'msi', vectors: stream.pick([1, 2]), wide: true, maskable: true } as const]
        : []),
      ...(stream.below(2) === 0 ? [powerOfBridge(stream)] : []),
      ...(stream.below(3) === 0 ? [{ kind: 'subsystem' } as const] : []),
      ...(express && stream.below(2) === 0 ? [{ kind: 'aer' } as const] : []),
    ];
    return functionLayout({
      device,
      function: number,
      kind,
      pin: stream.pick([0, 1, 1]),
      bars: stream.below(4) === 0 ? [{ index: 0, kind: 'mem64', size: 4096, prefetchable: false }] : [],
      rom: stream.below(6) === 0 ? 2048 : 0,
      windows: {
        io: stream.pick([0, 16, 32, 32]),
        prefetchable: stream.pick(express ? [0, 64, 64] : [0, 32, 64]),
        vga: stream.below(2) === 0,
        isa: stream.below(2) === 0,
      },
      capabilities,
      below: empty ? below.map((fn) => ({ ...fn, plugged: false })) : below,
    });
  }
}

function powerOfBridge(stream: RandomStream): CapabilityLayout {
  return { kind: 'power', d1: stream.below(2) === 0, d2: stream.below(2) === 0, noSoftReset: true, pme: true };
}

function randomSlot(stream: RandomStream): CapabilityLayout {
  return {
    kind: 'slot',
    number: stream.below(64),
    power: stream.below(3) !== 0,
    indicators: stream.below(2) === 0,
    noCommandCompleted: stream.below(4) === 0,
  };
}

function rootDevices(stream: RandomStream): number[] {
  return Array.from({ length: 32 }, (_, device) => device).filter((device) => device === 0 || stream.below(2) === 0);
}

function devices(stream: RandomStream): number[] {
  const first = stream.below(8);
  return [first, ...(stream.below(2) === 0 ? [first + 1 + stream.below(20)] : [])];
}
