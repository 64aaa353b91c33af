/** Trees that cannot be assigned: a feasible one with one demand too many, and the constraint that then must be named. */

import { randomStream } from '../../src/core/random.ts';
import type { RandomStream } from '../../src/core/random.ts';
import type { AddressRange, Bar, BridgePart, DeviceTree, TreeFunction } from '../../src/topology/device-tree.ts';
import { hiddenLayout } from './hidden-layout.ts';

export interface Impossible {
  tree: DeviceTree;
  /** Constraint that an answer must name. */
  constraint: string;
  what: string;
}

const FOUR_GIB = 1n << 32n;

export function impossible(seed: string): Impossible {
  const random = randomStream(`impossible/${seed}`);
  const { tree } = hiddenLayout(seed);
  const { io, mem32, mem64 } = tree.host;
  switch (random.below(6)) {
    case 0: {
      const size = powerAbove(total(io));
      const bar = { index: 0, kind: 'io', prefetchable: false, size } as const;
      return { tree: added(tree, [bar], undefined), constraint: 'the I/O apertures', what: 'one large I/O BAR' };
    }
    case 1: {
      const bar = {
        index: 0,
        kind: 'mem32',
        prefetchable: random.below(2) === 0,
        size: powerAbove(total(mem32)),
      } as const;
      return {
        tree: added(tree, [bar], random),
        constraint: 'the memory apertures below 4 GiB',
        what: 'one large 32-bit BAR',
      };
    }
    case 2: {
      const size = powerAbove(total([...mem32, ...mem64]));
      const bar = { index: 0, kind: 'mem64', prefetchable: true, size } as const;
      return { tree: added(tree, [bar], undefined), constraint: 'the memory apertures', what: 'one large 64-bit BAR' };
    }
    case 3: {
      // Four quarters, each of which may fit alone; together with the others they are more than there is.
      const size = powerAbove(total(mem32)) / 4n;
      const bars = [0, 1, 2, 3].map((index) => ({ index, kind: 'mem32', prefetchable: false, size }) as const);
      return {
        tree: added(tree, bars, random),
        constraint: 'the memory apertures below 4 GiB',
        what: 'several BARs that are too much together',
      };
    }
    case 4: {
      const bar = { index: 0, kind: 'io', prefetchable: false, size: 0x10n } as const;
      const part: BridgePart = {
        ioBits: 0,
        prefetchableBits: 64,
        hotPlug: false,
        subtractive: false,
        reserve: { io: 0n, memory: 0n, prefetchable: 0n, buses: 0 },
        children: [device('extra', [bar])],
      };
      const bridge = { ...device('no-io', []), bridge: part };
      return {
        tree: { ...tree, functions: [...tree.functions, bridge] },
        constraint: 'an I/O window',
        what: 'ports below a bridge without I/O window',
      };
    }
    default: {
      const bar = { index: 0, kind: 'mem32', prefetchable: false, size: 0x1000n, fixed: 0x1000000n } as const;
      return { tree: added(tree, [bar], undefined), constraint: 'the memory apertures', what: 'a BAR fixed in RAM' };
    }
  }
}

function device(name: string, bars: readonly Bar[]): TreeFunction {
  return { name, classCode: 0x020000, express: true, segment: 0, bars };
}

/** The tree with one device more: on the root bus, or below some bridge. */
function added(tree: DeviceTree, bars: readonly Bar[], random: RandomStream | undefined): DeviceTree {
  const extra = device('extra', bars);
  const bridges = tree.functions.filter(({ bridge }) => bridge !== undefined);
  if (random === undefined || bridges.length === 0) return { ...tree, functions: [...tree.functions, extra] };
  const chosen = random.pick(bridges);
  const functions = tree.functions.map((f) => {
    if (f !== chosen || f.bridge === undefined) return f;
    return { ...f, bridge: { ...f.bridge, children: [...f.bridge.children, extra] } };
  });
  return { ...tree, functions };
}

function total(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/** The least power of two above a number; of memory below 4 GiB a 32-bit BAR can ask for no more than half of that. */
function powerAbove(value: bigint): bigint {
  let size = 0x10n;
  while (size <= value) size *= 2n;
  return size > FOUR_GIB / 2n && value < FOUR_GIB ? FOUR_GIB / 2n : size;
}
