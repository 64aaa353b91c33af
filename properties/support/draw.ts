/** What properties draw: BARs, functions, machines. */

import fc from 'fast-check';
import type { BarPlan, DevicePlan } from './device.ts';
import type { Habits } from './machine.ts';

/** One BAR; `most`: the largest memory size as a power of two. */
export function barAt(index: number, express: boolean, most = 31): fc.Arbitrary<BarPlan> {
  const least = express ? 7 : 4;
  const size = (low: number, high: number) => fc.integer({ min: low, max: high }).map((n) => 2n ** BigInt(n));
  return fc.oneof(
    fc.record({
      index: fc.constant(index),
      kind: fc.constant('io' as const),
      size: size(2, 8),
      prefetchable: fc.constant(false),
    }),
    fc.record({
      index: fc.constant(index),
      kind: fc.constant('memory32' as const),
      size: size(least, Math.min(most, 31)),
      prefetchable: fc.boolean(),
    }),
    fc.record({
      index: fc.constant(index),
      kind: fc.constant('memory64' as const),
      size: size(least, most === 31 ? 40 : most),
      prefetchable: fc.boolean(),
    }),
  );
}

/** BARs of a header with `count` registers: any subset, 64-bit ones at any index that has a successor. */
export function barSet(count: number, express: boolean, most = 31): fc.Arbitrary<BarPlan[]> {
  return fc
    .tuple(...Array.from({ length: count }, (_, index) => fc.option(barAt(index, express, most), { nil: undefined })))
    .map((slots) => {
      const bars: BarPlan[] = [];
      let free = 0;
      for (const bar of slots) {
        if (bar === undefined || bar.index < free) continue;
        const wide = bar.kind === 'memory64';
        if (wide && bar.index === count - 1) continue;
        bars.push(bar);
        free = bar.index + (wide ? 2 : 1);
      }
      return bars;
    });
}

/** Command bits that a function may implement; those of decoding and bus master are. */
function commandMask(express: boolean): fc.Arbitrary<number> {
  const optional = express ? 0x0540 : 0x07f8;
  return fc.integer({ min: 0, max: 0xffff }).map((drawn) => 0x0007 | (drawn & optional));
}

/** An endpoint without MSI-X, with any BARs or those given. */
export function endpointPlan(bars?: fc.Arbitrary<BarPlan[]>): fc.Arbitrary<DevicePlan> {
  return fc.boolean().chain((express) =>
    fc
      .record({
        id: fc
          .integer({ min: 0x0002, max: 0xfffe })
          .chain((vendor) => fc.integer({ min: 0, max: 0xffff }).map((device) => device * 0x10000 + vendor)),
        revision: fc.integer({ min: 0, max: 255 }),
        subsystem: fc.integer({ min: 0, max: 0xffffffff }),
        pin: fc.constantFrom(0, 1),
        bars: bars ?? barSet(6, express),
        rom: fc.constantFrom(0, 2 ** 11, 2 ** 16, 2 ** 24),
        wideIo: fc.boolean(),
        command: commandMask(express),
        cacheLine: express ? fc.constant(0xff) : fc.constantFrom(0, 0xff, 0x3c),
        latency: express ? fc.constant(0) : fc.constantFrom(0, 0xf8, 0xff),
        power: fc.option(fc.record({ noSoftReset: fc.boolean() }), { nil: undefined }),
        msi: fc.option(
          fc.record({
            wide: express ? fc.constant(true) : fc.boolean(),
            masks: fc.boolean(),
            log2: fc.integer({ min: 0, max: 5 }),
          }),
          { nil: undefined },
        ),
      })
      .map(({ revision, power, msi, ...rest }): DevicePlan => ({
        ...rest,
        express,
        bridge: false,
        multifunction: false,
        classRevision: 0x02000000 + revision,
        ...(power === undefined ? {} : { power }),
        ...(msi === undefined ? {} : { msi }),
      })),
  );
}

/** A bridge: a root port, or a conventional one. */
export function bridgePlan(express: boolean): DevicePlan {
  return {
    express,
    bridge: true,
    classRevision: 0x06040000,
    id: 0x000c1b36,
    subsystem: 0,
    multifunction: false,
    pin: express ? 1 : 0,
    bars: [],
    rom: 0,
    wideIo: true,
    command: 0x0547,
    cacheLine: 0xff,
    latency: express ? 0 : 0xf8,
    ...(express ? { power: { noSoftReset: true } } : {}),
  };
}

/** A function with fixed features, for properties that need no other. */
export function plainPlan(bars: readonly BarPlan[], more: Partial<DevicePlan> = {}): DevicePlan {
  return {
    express: false,
    bridge: false,
    classRevision: 0x02000003,
    id: 0x100e8086,
    subsystem: 0x00018086,
    multifunction: false,
    pin: 1,
    bars,
    rom: 0,
    wideIo: true,
    command: 0x0547,
    cacheLine: 0xff,
    latency: 0,
    ...more,
  };
}

export const anyHabits: fc.Arbitrary<Habits> = fc.record({
  hole: fc.constantFrom('ones' as const, 'zero' as const),
  zeroBar: fc.constantFrom('decode' as const, 'skip' as const),
  topBar: fc.constantFrom('decode' as const, 'skip' as const),
  overlap: fc.constantFrom('first' as const, 'last' as const, 'nobody' as const),
  held: fc.constantFrom('silent' as const, 'answers' as const),
  wake: fc.constantFrom('reset' as const, 'keep' as const),
});
