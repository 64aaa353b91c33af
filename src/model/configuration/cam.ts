/** The configuration mechanism of ports 0xcf8 and 0xcfc (PCI 3.0 3.2.2.3.2). */

import type { Access } from '../../access/access.ts';
import {
  accessExtended,
  accessInParts,
  accessShifted,
  extendedBits,
  joinsOddly,
  possiblePieces,
} from './cam-reserved.ts';
import { forgetFunction } from '../life-cycle/forget.ts';
import { touch } from '../life-cycle/life-cycle.ts';
import { certain, fits, mayBeSilence, pieces, readPerhaps, readRegister, writeRegister } from './configuration.ts';
import { CAM, SHAPE_CROSSING, shapeOf } from '../state.ts';
import type { MachineState } from '../state.ts';
import { formatBits } from '../text.ts';
import { writeAnyPerhaps } from './write-perhaps.ts';

const INDEX = 0xcf8;
const DATA = 0xcfc;
/** Bits of the index that have a meaning: enable, bus, device, function, register. */
const DEFINED = 0x80fffffc | 0;
const ENABLE = 0x80000000 | 0;

/** Index register at one moment. */
export interface SavedIndex {
  index: number;
  known: number;
  written: number;
  partly: boolean;
  beforeReset: number | undefined;
}

export class ConfigurationPorts {
  private readonly state: MachineState;
  private index = 0;
  /** Bits of the index that are known. */
  private known = 0;
  /** Last dword written, for the reserved bits. */
  private written = 0;
  /** Step at which the whole index was last written or read. */
  private toldAt = -1;
  /** A part of the index was written since (CAM-003). */
  private partly = false;
  /** The index before a machine reset, while it is open if the reset kept it (CAM-016). */
  private beforeReset: number | undefined;
  /** While the index is not known: what it may be. */
  private possible: readonly number[] = [];
  /** Whether configuration space was reached this way. */
  used = false;
  /** Whether this host keeps its index over a machine reset, once seen. */
  private keeps: boolean | undefined;

  constructor(state: MachineState) {
    this.state = state;
  }

  /** Whether a port access of `width` bytes touches the mechanism. */
  claims(port: number, width: number): boolean {
    return port < DATA + 4 && port + Math.max(width, 1) > INDEX;
  }

  /** Whether such an access begins before the mechanism or ends behind it. */
  isCrossed(port: number, width: number): boolean {
    return port < INDEX || port + width > DATA + 4;
  }

  access(access: Access): void {
    const { width, addressLo: port } = access;
    if (port === INDEX && width === 4) this.accessIndex(access);
    else if (port >= DATA) {
      this.used = true;
      this.accessData(access, port - DATA);
    } else {
      if (access.write) this.writePart(access, port - INDEX);
      if (port + width > DATA) this.accessTail(access, DATA - port);
    }
  }

  /** After a machine reset the index is 0 or what it was. */
  reset(): void {
    if (this.known !== 0) {
      this.beforeReset = this.index;
      this.possible = [];
    }
    this.known = 0;
    this.partly = false;
  }

  /** The index is not known any more; `possible`: it is one of these. */
  forget(possible: readonly SavedIndex[] = []): void {
    const indices = possible
      .map(({ index, known, beforeReset }) => (known === 0 ? beforeReset : index))
      .filter((index) => index !== undefined);
    // Of one that was not known before, the former possibilities remain.
    const former = possible.some(({ known }) => known === 0) ? this.possible : [];
    this.possible = [...former, ...indices];
    this.known = 0;
    this.beforeReset = undefined;
    this.partly = false;
  }

  /** The index as it stands, to come back to it where writes have not reached it. */
  save(): SavedIndex {
    const { index, known, written, partly, beforeReset } = this;
    return { index, known, written, partly, beforeReset };
  }

  restore(saved: SavedIndex): void {
    this.index = saved.index;
    this.known = saved.known;
    this.written = saved.written;
    this.partly = saved.partly;
    this.beforeReset = saved.beforeReset;
  }

  /** Whether a dword read at the index port is the index, as far as it is known. */
  isIndex(value: number): boolean {
    return this.known === 0 || this.partly || this.beforeReset !== undefined || ((value ^ this.index) & DEFINED) === 0;
  }

  /** The register that a plain access to the data window reaches at the present index; undefined: that is not so plain. */
  reached(access: Access): { bdf: number; register: number } | undefined {
    const lane = access.addressLo - DATA;
    const plain = lane >= 0 && lane + access.width <= 4 && !(access.width === 2 && lane === 1);
    if (!plain || this.known === 0 || !this.isEnabled(this.index) || (this.index & 3) !== 0) return undefined;
    return { bdf: bdfOf(this.index), register: this.register(this.index) + lane };
  }

  private accessIndex(access: Access): void {
    const value = access.valueLo;
    if (access.write) this.written = value;
    else if (this.beforeReset === undefined) this.judgeIndex(value);
    else this.judgeAfterReset(value);
    this.index = value;
    this.toldAt = this.state.step;
    this.known = -1;
    this.partly = false;
    this.beforeReset = undefined;
  }

  private judgeIndex(value: number): void {
    if (this.known === 0) return;
    const { reporter } = this.state;
    reporter.count('CAM-001');
    const defined = (value ^ this.index) & DEFINED;
    if (defined !== 0) {
      const { rule, shape, why, excusedBy } = this.blame(defined);
      reporter.diverge({
        rule,
        register: 'CONFIG_ADDRESS',
        shape,
        expected: formatBits(this.index, DEFINED),
        actual: formatBits(value, DEFINED),
        explanation: why,
        excusedBy,
      });
      return;
    }
    const reserved = value & ~this.written & ~DEFINED;
    reporter.count('CAM-002');
    if (reserved === 0 || this.partly) return;
    reporter.diverge({
      rule: 'CAM-002',
      register: 'CONFIG_ADDRESS',
      shape: 'reserved bits set',
      expected: 'reserved bits 0 or as written',
      actual: formatBits(value, ~DEFINED),
      explanation: 'Each reserved bit of the index reads 0 or what was written to it.',
    });
  }

  /** Why the index may not be what it should be. */
  private blame(wrong: number): { rule: string; shape: string; why: string; excusedBy?: string } {
    if (this.partly) {
      return {
        rule: 'CAM-003',
        shape: 'changed by a part of a dword',
        why: 'Accesses of less than a dword at the index port are ordinary I/O and do not load the index.',
        excusedBy: 'cam_sub_index=merge',
      };
    }
    // A snapshot takes the whole index along or nothing of it.
    const lost = wrong !== ENABLE || (this.index & DEFINED & ~ENABLE) === 0;
    return lost && this.state.restoredAt > this.toldAt
      ? {
          rule: 'SNAP-001',
          shape: 'changed after a restore',
          why: 'The index was not written since the machine went back to its snapshot.',
        }
      : {
          rule: 'CAM-001',
          shape: 'changed by itself',
          why: 'The index holds the dword that was written last; accesses to the data window do not change it.',
        };
  }

  private judgeAfterReset(value: number): void {
    const before = (this.beforeReset ?? 0) & DEFINED;
    const now = value & DEFINED;
    const { reporter } = this.state;
    reporter.count('CAM-016');
    const keeps = before === 0 ? this.keeps : now === before ? true : now === 0 ? false : undefined;
    const wrong =
      (now !== 0 && now !== before) || (keeps !== undefined && this.keeps !== undefined && keeps !== this.keeps);
    this.keeps ??= keeps;
    if (!wrong) return;
    reporter.diverge({
      rule: 'CAM-016',
      register: 'CONFIG_ADDRESS',
      shape: now !== 0 && now !== before ? 'a part of the old value' : 'kept over one reset and cleared by another',
      expected:
        this.keeps === undefined
          ? `0 or ${formatBits(before, DEFINED)}`
          : this.keeps
            ? formatBits(before, DEFINED)
            : '0',
      actual: formatBits(now, DEFINED),
      explanation: 'After a machine reset the index holds its old value in full or 0, and always the same of the two.',
    });
  }

  private writePart(access: Access, offset: number): void {
    if (offset >= 4) return;
    if (this.state.reporter.choice('cam_sub_index') === 'merge') {
      for (const { d, mask, data } of pieces(offset, access.width, access.valueLo, access.valueHi)) {
        if (d === 0) this.index = (this.index & ~mask) | data;
      }
      return;
    }
    // 0xcf9 is the reset control register of chipsets.
    if (offset !== 1 || access.width !== 1) this.partly = true;
  }

  /** The last bytes of an access that begins `skipped` bytes before the data window: a host that cuts it may serve them. */
  private accessTail(access: Access, skipped: number): void {
    this.accessPerhaps(access, skipped, 0, SHAPE_CROSSING);
  }

  /**
   * An access of which it is open what it reaches: from its byte `skipped` on it goes to the data window, there from byte
   * `lane` on, at the index or at any that it may be.
   */
  private accessPerhaps({ write, width, valueLo }: Access, skipped: number, lane: number, shape: number): void {
    const inside = Math.min(width - skipped, 4 - lane);
    for (const index of this.indices()) {
      if (!this.isEnabled(index)) continue;
      const found = possiblePieces(this.state, index, this.register(index), lane, inside, valueLo >>> (8 * skipped));
      if (write) writeAnyPerhaps(this.state, bdfOf(index), found, shapeOf(width, CAM) | shape);
      else readPerhaps(this.state, bdfOf(index), found);
    }
  }

  /** What the index may be, as far as it was shown; none: it may be anything. */
  private indices(): readonly number[] {
    if (this.known !== 0) return [this.index];
    return [...new Set(this.beforeReset === undefined ? this.possible : [...this.possible, this.beforeReset])];
  }

  private accessData(access: Access, lane: number): void {
    if (this.known === 0) {
      if (access.write) {
        this.state.placing();
        // Of an index that was never shown, in a recording from the middle, nobody knows where it leads.
        if (!this.state.powerOn && this.indices().length === 0)
          for (const f of this.state.routing.functions()) {
            forgetFunction(this.state, f);
            touch(this.state, f);
          }
      }
      this.accessPerhaps(access, 0, lane, 0);
      this.state.undecode('the index of the configuration ports is not known', access.write);
      return;
    }
    const { index } = this;
    this.state.indexInPart = this.partly;
    const register = this.register(index);
    if (!this.isEnabled(index)) this.accessDisabled(access, lane);
    else if (joinsOddly(this.state, index, lane, access.width))
      accessInParts(this.state, index, register, lane, access);
    else if (lane + access.width > 4) this.accessBeyond(access, lane);
    else if ((index & 3) !== 0) accessShifted(this.state, index, register, lane, access);
    else if (access.width === 2 && lane === 1) this.accessUnaligned(access, lane);
    else if (extendedBits(index) !== 0) accessExtended(this.state, index, lane, access);
    else if (access.write) writeRegister(this.state, bdfOf(index), register + lane, access.width, access.valueLo, CAM);
    else readRegister(this.state, bdfOf(index), register + lane, access.width, access.valueLo, CAM);
  }

  /** Whether accesses to the data window are configuration accesses at an index (CAM-004). */
  private isEnabled(index: number): boolean {
    return (index & ENABLE) !== 0 || this.state.reporter.choice('cam_enable') === 'ignored';
  }

  /** Offset of the register at an index. */
  private register(index: number): number {
    const extended = this.state.reporter.choice('amd_ext_cfg') === 'on' ? extendedBits(index) : 0;
    return extended | (index & 0xfc);
  }

  /** While the enable bit is clear the data window is plain I/O (CAM-004). */
  private accessDisabled(access: Access, lane: number): void {
    const f = certain(this.state, bdfOf(this.index));
    const found = pieces(this.register(this.index) + lane, access.width, access.valueLo, access.valueHi);
    if (access.write) {
      for (const { d, mask, data } of found) {
        this.state.journal.add({
          step: this.state.step,
          kind: 'gated',
          function: f,
          d,
          mask,
          data,
          width: access.width,
          roles: 0,
          open: false,
        });
      }
      return;
    }
    if (f === undefined || found.every(({ mask, data }) => data === mask || data === 0)) return;
    this.state.reporter.count('CAM-004');
    const shows = found.every(
      ({ d, mask, data }) => (f.config.known(d) & mask) === mask && f.config.contradiction(d, mask, data) === 0,
    );
    if (!shows) return;
    this.state.reporter.diverge({
      rule: 'CAM-004',
      function: f,
      register: 'CONFIG_DATA',
      shape: 'answers while the index is not enabled',
      expected: 'all ones',
      actual: formatBits(access.valueLo, -1),
      explanation: 'With bit 31 of the index clear, the data window makes no configuration access.',
      excusedBy: 'cam_enable=ignored',
    });
  }

  /** An access that begins in the data window and ends behind port 0xcff (CAM-006). */
  private accessBeyond(access: Access, lane: number): void {
    const f = certain(this.state, bdfOf(this.index));
    const [first, next] = pieces(this.register(this.index) + lane, access.width, access.valueLo, access.valueHi);
    if (first === undefined || next === undefined) return;
    if (access.write) {
      writeAnyPerhaps(this.state, bdfOf(this.index), [first], shapeOf(access.width, CAM) | SHAPE_CROSSING);
      this.state.journal.add({
        step: this.state.step,
        kind: 'crossing',
        function: f,
        d: first.d,
        mask: first.mask,
        data: first.data,
        width: access.width,
        roles: 0,
        open: false,
      });
      return;
    }
    readPerhaps(this.state, bdfOf(this.index), [first, next]);
    if (f === undefined) return;
    this.state.reporter.count('CAM-006');
    const ones = first.data === first.mask && next.data === next.mask;
    const leaks =
      next.data !== next.mask &&
      next.data !== 0 &&
      (f.config.known(next.d) & next.mask) === next.mask &&
      fits(f, [next]);
    if (ones || (fits(f, [first]) && !leaks)) return;
    this.state.reporter.diverge({
      rule: 'CAM-006',
      function: f,
      register: 'CONFIG_DATA',
      shape: leaks ? 'runs into the next register' : 'other bytes in the window',
      expected: 'all ones, or the bytes inside the window and what the ports behind it give',
      actual: formatBits(access.valueLo, -1),
      explanation: 'The data window ends at port 0xcff.',
    });
  }

  /** A word at 0xcfd: bytes 1 and 2, or refused (CAM-005). */
  private accessUnaligned(access: Access, lane: number): void {
    const f = certain(this.state, bdfOf(this.index));
    const [piece] = pieces(this.register(this.index) + lane, 2, access.valueLo, 0);
    if (piece === undefined) return;
    if (access.write) {
      writeAnyPerhaps(this.state, bdfOf(this.index), [piece], shapeOf(2, CAM));
      return;
    }
    readPerhaps(this.state, bdfOf(this.index), [piece]);
    if (f === undefined) return;
    const refused = piece.data === piece.mask;
    if (mayBeSilence(f, [piece])) return;
    this.state.reporter.count('CAM-005');
    const served = fits(f, [piece]);
    const chosen = this.state.reporter.choice('cam_unaligned');
    const known = (f.config.known(piece.d) & piece.mask) === piece.mask;
    if (known && refused !== served) this.state.reporter.learn('cam_unaligned', served ? 'serve' : 'reject');
    if ((served && chosen !== 'reject') || (refused && chosen !== 'serve')) return;
    this.state.reporter.diverge({
      rule: 'CAM-005',
      function: f,
      register: 'CONFIG_DATA',
      shape: 'other lanes',
      expected: 'bytes 1 and 2 of the register, or all ones',
      actual: formatBits(access.valueLo, 0xffff),
      explanation: 'A word at port 0xcfd is bytes 1 and 2 of the dword, unless the host refuses it.',
    });
  }
}

function bdfOf(index: number): number {
  return (index >>> 8) & 0xffff;
}
