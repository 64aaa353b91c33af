/**
 * A BAR lies over the configuration ports or over ECAM (MAP-007). Configuration access must go on working, but for an
 * I/O BAR over the ports: some hosts let it hide them while it decodes there (the choice `cam_shadow`).
 */

import type { Access } from '../../access/access.ts';
import type { ConfigurationPorts, SavedIndex } from './cam.ts';
import { certain, fits, pieces, writeCrossing } from './configuration.ts';
import type { PciFunction } from '../function.ts';
import { formatBits } from '../text.ts';
import { ON } from '../decode/region.ts';
import type { Region } from '../decode/region.ts';
import { mayBeCutOff } from '../life-cycle/presence.ts';
import { CAM } from '../state.ts';
import type { MachineState, Mechanism } from '../state.ts';

const INDEX = 0xcf8;

/** Accesses to the configuration ports while an I/O BAR lies over them. */
export class PortShadow {
  private readonly state: MachineState;
  private readonly ports: ConfigurationPorts;
  /** The index before writes of which it is open whether they have reached it. */
  private before: SavedIndex | undefined;
  /** An answer was not that of the mechanism, though it must not be hidden. */
  private stolen = false;

  constructor(state: MachineState, ports: ConfigurationPorts) {
    this.state = state;
    this.ports = ports;
  }

  /** Deals with an access. Returns whether it is one to the BAR alone. */
  access(access: Access, over: readonly Region[]): boolean {
    if (over.length === 0) {
      this.end();
      this.ports.access(access);
      return false;
    }
    const choice = this.state.reporter.choice('cam_shadow');
    const decodes = over.some(({ state }) => state === ON);
    if (choice === 'on' && decodes) return true;
    if (access.write) this.write(access, over, choice === 'off' && !this.stolen);
    else if (access.addressLo === INDEX && access.width === 4) this.readIndex(access, choice, decodes);
    else this.readData(access, choice, decodes);
    return false;
  }

  /** The index is no longer what it was. */
  reset(): void {
    this.before = undefined;
    this.stolen = false;
  }

  private end(): void {
    this.stolen = false;
    if (this.before === undefined) return;
    // The writes have reached the index or the BAR.
    if (this.state.reporter.choice('cam_shadow') === 'on') this.ports.restore(this.before);
    else if (this.state.reporter.choice('cam_shadow') === undefined)
      this.ports.forget([this.before, this.ports.save()]);
    this.before = undefined;
  }

  private write(access: Access, over: readonly Region[], certainly: boolean): void {
    if (certainly) {
      this.ports.access(access);
      return;
    }
    for (const region of over) region.function.forgetContents();
    const reached = this.ports.reached(access);
    if (reached !== undefined) {
      const { width, valueLo } = access;
      writeCrossing(this.state, reached.bdf, reached.register, width, valueLo, 0, CAM);
    } else {
      if (access.addressLo < INDEX + 4) this.before ??= this.ports.save();
      // Of a write to the data window that is none of one register it is open anyway what it does.
      this.ports.access(access);
    }
  }

  private readIndex(access: Access, choice: string | undefined, decodes: boolean): void {
    // What was written may also be read back from a register of the BAR, so the index tells nothing of the choice.
    if (choice !== 'off') return;
    if (!decodes || this.ports.isIndex(access.valueLo)) this.ports.access(access);
    else this.report(access, undefined);
  }

  private readData(access: Access, choice: string | undefined, decodes: boolean): void {
    const reached = this.ports.reached(access);
    if (choice === 'off' && (reached === undefined || !decodes)) {
      this.ports.access(access);
      return;
    }
    const seen = reached === undefined ? 'open' : judge(this.state, reached.bdf, reached.register, access);
    const { reporter } = this.state;
    if (choice === 'off') {
      reporter.count('MAP-007');
      if (seen === 'wrong') this.report(access, reached && certain(this.state, reached.bdf));
      else if (seen !== 'doubtful') this.ports.access(access);
      return;
    }
    if (seen === 'right') {
      if (decodes) reporter.learn('cam_shadow', 'off');
      this.before = undefined;
      this.ports.access(access);
      return;
    }
    this.state.undecode('a BAR lies over the configuration ports', false);
    if (seen !== 'wrong' || !decodes) return;
    reporter.learn('cam_shadow', 'on');
    if (this.before !== undefined) this.ports.restore(this.before);
    this.before = undefined;
  }

  private report(access: Access, f: PciFunction | undefined): void {
    this.stolen = true;
    reportStolen(this.state, access, f, 'an I/O BAR hides the configuration ports', 'cam_shadow=on');
  }
}

/** Accesses to ECAM while a memory BAR lies over it. */
export class EcamShadow {
  private readonly state: MachineState;
  private stolen = false;

  constructor(state: MachineState) {
    this.state = state;
  }

  /** Deals with an access that may have gone to a BAR. Returns whether nothing is to be learned from it. */
  access(access: Access, bdf: number, offset: number, mechanism: Mechanism): boolean {
    const over = this.state.map.overEcam();
    if (over.length === 0) {
      this.stolen = false;
      return false;
    }
    const here = over.filter((region) => region.contains(access.addressHi, access.addressLo));
    if (here.length === 0) return false;
    const { width, valueLo, valueHi } = access;
    if (access.write) {
      for (const region of here) region.function.forgetContents();
      if (this.stolen) writeCrossing(this.state, bdf, offset, width, valueLo, valueHi, mechanism);
      return this.stolen;
    }
    this.state.reporter.count('MAP-007');
    const seen = judge(this.state, bdf, offset, access);
    if (seen === 'right') return false;
    if (seen === 'wrong') {
      this.stolen = true;
      reportStolen(this.state, access, certain(this.state, bdf), 'a memory BAR hides ECAM');
    }
    return true;
  }
}

/**
 * Whether an answer is that of configuration space (`right`), is not (`wrong`), may be either (`open`), or may be that
 * of a function that has gone (`doubtful`).
 */
function judge(
  state: MachineState,
  bdf: number,
  offset: number,
  access: Access,
): 'right' | 'wrong' | 'open' | 'doubtful' {
  const f = certain(state, bdf);
  const found = pieces(offset, access.width, access.valueLo, access.valueHi);
  const ones = found.every(({ mask, data }) => data === mask);
  if (f === undefined) return ones ? 'right' : 'open';
  if (!fits(f, found)) {
    const silent = !state.showsResets || mayBeCutOff(f);
    return ones && silent ? 'doubtful' : 'wrong';
  }
  const known = found.every(({ d, mask }) => d < f.config.length && (f.config.known(d) & mask) === mask);
  return known && !ones && found.some(({ data }) => data !== 0) ? 'right' : 'open';
}

function reportStolen(
  state: MachineState,
  access: Access,
  f: PciFunction | undefined,
  shape: string,
  excusedBy?: string,
): void {
  state.reporter.diverge({
    rule: 'MAP-007',
    function: f,
    register: 'Address map',
    shape,
    expected: 'what configuration space holds',
    actual: formatBits(access.valueLo, -1),
    explanation:
      'A BAR over the configuration mechanism is an error of the guest, but configuration access goes on working, so that it can move the BAR away.',
    excusedBy,
  });
}
