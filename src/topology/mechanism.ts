/** By which accesses software reaches a register in configuration space: CAM, ECAM, or none of them. */

import { Access, CONFIG, MEMORY, PORT } from '../access/access.ts';
import type { Width } from '../access/access.ts';
import type { EcamRange, MachineDescription } from '../access/machine.ts';
import type { Target } from '../access/target.ts';
import { sumHi, sumLo, widthMaskLo } from '../core/pair.ts';

/** Ports of the older mechanism (PCI 3.0, 3.2.2.3.2). */
export const CAM_ADDRESS = 0xcf8;
export const CAM_DATA = 0xcfc;

/** Which mechanism software asks for; `any` takes CAM for what it reaches, as PC firmware does. */
export type Via = 'any' | 'cam' | 'ecam';

/** Registers of functions by their numbers, as an operating system has them. */
export interface ConfigurationPort {
  /** Answer as an unsigned number. Offsets from 0 to 0xfff, width 1, 2 or 4. */
  read(bdf: number, offset: number, width: number): number;
  write(bdf: number, offset: number, width: number, value: number): void;
}

export class Mechanisms {
  private readonly cam: boolean;
  private readonly ecam: readonly EcamRange[];

  /** Without a description: CAM alone. */
  constructor(machine: Partial<MachineDescription>) {
    this.cam = machine.cam ?? true;
    this.ecam = machine.ecam ?? [];
  }

  /** Value for the address port that selects a register. */
  static selector(bdf: number, offset: number): number {
    return 0x80000000 | ((bdf & 0xffff) << 8) | (offset & 0xfc) | 0;
  }

  /** Whether extended configuration space can be reached on the bus of a function. */
  reachesExtended(bdf: number): boolean {
    return this.range(bdf) !== undefined || (!this.cam && this.ecam.length === 0);
  }

  /** Mechanism for one register; undefined: there is none (extended space or another segment without ECAM). */
  choose(bdf: number, offset: number, via: Via): 'cam' | 'ecam' | 'config' | undefined {
    if (!this.cam && this.ecam.length === 0) return 'config';
    const byCam = this.cam && offset < 0x100 && bdf >>> 16 === 0;
    const byEcam = this.range(bdf) !== undefined;
    if (byCam && (via !== 'ecam' || !byEcam)) return 'cam';
    return byEcam ? 'ecam' : undefined;
  }

  /** Aims `access` at the register. After CAM the caller has written the selector. Leaves value and direction alone. */
  aim(access: Access, mechanism: 'cam' | 'ecam' | 'config', bdf: number, offset: number, width: Width): void {
    access.width = mechanism === 'cam' && width === 8 ? 4 : width;
    if (mechanism === 'cam') {
      access.space = PORT;
      access.addressHi = 0;
      access.addressLo = CAM_DATA + (offset & 3);
    } else if (mechanism === 'config') {
      access.space = CONFIG;
      access.addressHi = bdf;
      access.addressLo = offset;
    } else {
      const range = this.range(bdf) as EcamRange;
      const distance = ((((bdf >>> 8) & 0xff) - range.firstBus) << 20) | ((bdf & 0xff) << 12) | (offset & 0xfff);
      access.space = MEMORY;
      access.addressHi = sumHi(range.baseHi, range.baseLo, 0, distance);
      access.addressLo = sumLo(range.baseLo, distance);
    }
  }

  private range(bdf: number): EcamRange | undefined {
    const bus = (bdf >>> 8) & 0xff;
    const segment = bdf >>> 16;
    for (const range of this.ecam) {
      if (range.segment === segment && range.firstBus <= bus && bus <= range.lastBus) return range;
    }
    return undefined;
  }
}

/** Configuration space of a target in this process, by one mechanism where it has it. What none reaches reads as all ones. */
export function configurationOf(
  target: Pick<Target, 'access'>,
  machine: Partial<MachineDescription>,
  via: Via = 'any',
): ConfigurationPort {
  const mechanisms = new Mechanisms(machine);
  const access = new Access();
  const carryOut = (write: boolean, bdf: number, offset: number, width: number, value: number): number => {
    const mechanism = mechanisms.choose(bdf, offset, via);
    if (mechanism === undefined) return widthMaskLo(width);
    if (mechanism === 'cam') {
      access.write = true;
      access.space = PORT;
      access.addressHi = 0;
      access.addressLo = CAM_ADDRESS;
      access.width = 4;
      access.valueHi = 0;
      access.valueLo = Mechanisms.selector(bdf, offset);
      target.access(access);
    }
    mechanisms.aim(access, mechanism, bdf, offset, width as Width);
    access.write = write;
    access.valueHi = 0;
    access.valueLo = write ? value & widthMaskLo(width) : 0;
    target.access(access);
    return access.valueLo & widthMaskLo(width);
  };
  return {
    read: (bdf, offset, width) => carryOut(false, bdf, offset, width, 0) >>> 0,
    write: (bdf, offset, width, value) => void carryOut(true, bdf, offset, width, value),
  };
}
