import type { Access } from '../access/access.ts';
import type { Event } from '../access/event.ts';
import type { Attribute } from '../spec/register.ts';

/** Function that a verdict speaks of, as known at that moment; -1 (ids) where not known. */
export interface FunctionIdentity {
  /** segment << 16 | bus << 8 | device << 3 | function. */
  bdf: number;
  /** Vendor ID. */
  vendor: number;
  /** Device ID. */
  device: number;
  /** Base class, sub-class and programming interface: 24 bits. */
  classCode: number;
}

/** A field of a register, as it lies in a dword. */
export interface BitField {
  /** Name of its register in the specification. */
  register: string;
  /** Its own. */
  name: string;
  /** Its bits in the dword, not negative. */
  mask: number;
  /** As the register maps have it: `RO`, `RW`, `RW1C` … */
  attribute: Attribute;
  /** Rule that a wrong answer in it breaks when nothing more special explains it. */
  rule: string;
}

/** An answer beside what was expected, bit by bit over one dword. No number is negative. */
export interface BitComparison {
  /** Of the dword in bytes: in configuration space, or in the MSI-X table. */
  offset: number;
  /** Bits that were read. */
  mask: number;
  /** Those of them of which just one value was allowed; any other bit may be as it likes. */
  known: number;
  /** That value. */
  expected: number;
  /** What was read. */
  actual: number;
  /** Fields of the dword as far as the layout of the function is known, from bit 0 on. */
  fields: readonly BitField[];
}

/** One answer or event that no rule allows. Plain data; the access is a copy. */
export interface Divergence {
  /** Id of the rule that is broken. */
  rule: string;
  /** Counts accesses and events of the trace from 0. */
  index: number;
  /** Line in the source, from 1. */
  line: number;
  /** The access that was answered wrongly, if it was one. */
  access?: Access;
  /** The event that should not have come, if it was one. */
  event?: Event;
  /** Whose answer it was, where that is known. */
  function?: FunctionIdentity;
  /** Register or structure in the words of the specification, e.g. `BAR 0`, `Command`, `MSI-X table entry`. */
  register: string;
  /** Which kind of difference, without addresses or values; part of a finding's identity. */
  shape: string;
  /** What the rules allow. */
  expected: string;
  /** What came. */
  actual: string;
  /** Why nothing else is allowed: sentences. */
  explanation: string;
  /** The same two as bits, where a register was read. */
  bits?: BitComparison;
  /** The deviation flag of the catalogue (`name=value`) that would excuse this, if one exists. */
  excusedBy?: string;
}

/** Something worth knowing that is no verdict: a guest obligation broken, an assumption confirmed, a choice learned. */
export interface Note {
  /** Rule id where one stands behind the note (guest obligations), else a short topic such as `life-cycle`. */
  topic: string;
  /** Counts accesses and events of the trace from 0. */
  index: number;
  /** Line in the source, from 1. */
  line: number;
  /** Whom it is about, if it is one function. */
  function?: FunctionIdentity;
  /** A sentence or two. */
  text: string;
}
