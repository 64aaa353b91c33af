/**
 * A counter of doorbell writes, which the machine description names: what it must have counted since it was read last
 * (virtio 1.2, 4.1.4.4; PCIe 7.5.1.1.3, 7.5.1.2.1).
 */

import type { PciFunction } from '../function.ts';
import { isPlacedSince } from '../layout/base-address.ts';
import type { Region } from '../decode/region.ts';
import type { MachineState } from '../state.ts';

/** Former addresses kept. */
const PLACES_AT_MOST = 8;
/** Possible kicks beyond which the counter is no longer judged. */
const DOUBT_AT_MOST = 0x10000;

export class KickCounter {
  readonly bar: number;
  readonly offset: number;
  private readonly owner: PciFunction;
  /** What it read last; undefined: not known. */
  private value: number | undefined;
  /** Step of the last read that was right. */
  private step = -1;
  /** Kicks since then that must be counted; those of them that came through the window; those that may be counted. */
  private certain = 0;
  private windows = 0;
  private possible = 0;
  /** The rule that a count beyond these breaks, by the last write that must not be counted. */
  private suspect: 'VIO-003' | 'VIO-004' | undefined;
  /** When its region was last moved or switched before that write, and before the last one that must be counted. */
  private suspectSince = -1;
  private kickedSince = -1;
  /** BAR of the doorbells; -1: not known. */
  private doorbells = -1;
  /** Addresses at which the doorbells were while the counter was followed. */
  private readonly places: { hi: number; lo: number }[] = [];

  constructor(owner: PciFunction, bar: number, offset: number) {
    this.owner = owner;
    this.bar = bar;
    this.offset = offset;
  }

  get followed(): boolean {
    return this.value !== undefined;
  }

  forget(): void {
    this.value = undefined;
    this.places.length = 0;
  }

  /** `placedAt`: step at which the region of the doorbells was last moved or switched. */
  kick(window: boolean, placedAt: number): void {
    this.certain++;
    this.kickedSince = placedAt;
    if (window) this.windows++;
  }

  /** A write that may be one kick or several, or none. */
  perhaps(kicks: number): void {
    this.possible += kicks;
    if (this.possible > DOUBT_AT_MOST) this.forget();
  }

  /** A write that is no kick, though it may be taken for one. */
  noKick(rule: 'VIO-003' | 'VIO-004', region: Region): void {
    this.suspect = rule;
    this.suspectSince = region.placedAt;
    this.doorbells = region.index;
  }

  /** Where the region of the doorbells is now. */
  at({ index, baseHi: hi, baseLo: lo }: Region): void {
    this.doorbells = index;
    if (this.places.some((place) => place.hi === hi && place.lo === lo)) return;
    if (this.places.length >= PLACES_AT_MOST) this.places.shift();
    this.places.push({ hi, lo });
  }

  /** Former bases of the region of the doorbells. */
  former({ baseHi, baseLo }: Region): { hi: number; lo: number }[] {
    return this.places.filter(({ hi, lo }) => hi !== baseHi || lo !== baseLo);
  }

  read(state: MachineState, answer: number): void {
    const now = answer >>> 0;
    if (this.mayBeHole(state, now)) return;
    if (this.value !== undefined) this.judge(state, (now - this.value) >>> 0, now);
    this.value = now;
    this.step = state.step;
    this.certain = 0;
    this.windows = 0;
    this.possible = 0;
    this.suspect = undefined;
  }

  /** Whether the region does not answer, rather than that the counter has gone astray. */
  private mayBeHole({ reporter }: MachineState, now: number): boolean {
    const region = this.owner.regions[this.bar];
    if (region === undefined || region.seenAt < 0 || region.seenAt > region.placedAt) return false;
    return now === 0xffffffff || (now === 0 && reporter.choice('hole') === 'zero');
  }

  private judge(state: MachineState, counted: number, now: number): void {
    const { certain, possible } = this;
    const judged = this.suspect ?? 'VIO-002';
    if (certain > 0 || this.suspect !== undefined) state.reporter.count(judged);
    if (counted >= certain && counted <= certain + possible) return;
    const { rule, shape, why, excusedBy } = counted < certain ? this.lost(certain - counted, now) : this.beyond();
    if (rule !== judged) state.reporter.count(rule);
    const before = this.value ?? 0;
    state.reporter.diverge({
      rule,
      function: this.owner,
      register: 'Virtio notifications',
      shape,
      expected:
        possible === 0 ? String((before + certain) >>> 0) : `${before + certain} to ${before + certain + possible}`,
      actual: String(now),
      explanation: why,
      excusedBy,
    });
  }

  /**
   * The rule of the region in which the doorbells are, while it has not been seen to be right since `since`, when it was
   * moved or switched: a part is not blamed where the whole may be wrong. `suspect` undefined: a notification is lost.
   */
  private ofRegion(
    since: number,
    suspect?: 'VIO-003' | 'VIO-004',
  ): { rule: string; shape: string; why: string } | undefined {
    const region = this.owner.regions[this.doorbells];
    if (region === undefined) return undefined;
    const right = suspect === 'VIO-004' ? region.quietAt : region.seenAt;
    // Of a region in which nothing tells anything, nothing is known.
    if (right > since || region.seenAt < 0) return undefined;
    if (suspect === 'VIO-004') {
      return {
        rule: 'CMD-003',
        shape: 'takes writes while decoding is off',
        why: 'With its enable clear in Command the function takes no access; a notification was counted.',
      };
    }
    if (suspect === 'VIO-003') {
      return {
        rule: 'MAP-001',
        shape: 'takes writes at its old address',
        why: 'The BAR was moved, and the old address is released; a notification was counted.',
      };
    }
    if (region.placedAt === this.owner.restoredAt) {
      return {
        rule: 'SNAP-002',
        shape: 'takes no writes after a restore',
        why: 'The region decodes after a restore as before; a notification was not counted.',
      };
    }
    return region.writtenAt > region.switchedAt
      ? {
          rule: 'BAR-019',
          shape: 'takes no writes at its new address',
          why: 'A BAR that was moved decodes at its new address; a notification there was not counted.',
        }
      : {
          rule: 'CMD-006',
          shape: 'takes no writes after its enable was set',
          why: 'With its enable set again the region decodes at the address in its BAR; a notification was not counted.',
        };
  }

  private lost(missing: number, now: number): { rule: string; shape: string; why: string; excusedBy?: string } {
    if (this.windows >= missing && this.windows === this.certain)
      return {
        rule: 'VIO-005',
        shape: 'a write through the window is lost',
        why: 'A write to the data field of the window is a write to the place in the BAR that the capability names.',
      };
    const region = this.owner.regions[this.doorbells];
    // A counter in the same BAR that is not 0 shows that the region answers.
    const answers = now !== 0 && this.doorbells === this.bar;
    // It has been moved or switched once more since the write: nothing is known of where it was then.
    const ofRegion = answers || region?.placedAt !== this.kickedSince ? undefined : this.ofRegion(this.kickedSince);
    if (ofRegion !== undefined) return ofRegion;
    return isPlacedSince(this.owner, this.step)
      ? {
          rule: 'VIO-003',
          shape: 'a doorbell is lost after a change of BARs or Command',
          why: 'Doorbells are where their BAR is, whatever was written to it and to the others meanwhile.',
        }
      : {
          rule: 'VIO-002',
          shape: 'a doorbell is lost',
          why: 'A write of the queue number to offset + queue_notify_off * notify_off_multiplier notifies the queue.',
        };
  }

  private beyond(): { rule: string; shape: string; why: string; excusedBy?: string } {
    const excusedBy = 'late_kick=on';
    const ofRegion = this.suspect === undefined ? undefined : this.ofRegion(this.suspectSince, this.suspect);
    if (ofRegion !== undefined) return { ...ofRegion, excusedBy };
    if (this.suspect === 'VIO-004')
      return {
        rule: 'VIO-004',
        shape: 'a doorbell answers while decoding is off',
        why: 'With its enable clear in Command the function takes no access, and so no notification.',
        excusedBy,
      };
    return {
      rule: 'VIO-003',
      shape: 'a doorbell answers elsewhere',
      why: 'Only writes at the present addresses of the doorbells notify.',
      excusedBy,
    };
  }
}
