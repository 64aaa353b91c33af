import type { Access } from '../access/access.ts';
import type { Event } from '../access/event.ts';

/** Function that a verdict speaks of, as known at that moment; -1 (ids) where not known. */
export interface FunctionIdentity {
  bdf: number;
  vendor: number;
  device: number;
  classCode: number;
}

/** One answer or event that no rule allows. Plain data; the access is a copy. */
export interface Divergence {
  rule: string;
  /** Counts accesses and events of the trace from 0. */
  index: number;
  /** Line in the source, from 1. */
  line: number;
  access?: Access;
  event?: Event;
  function?: FunctionIdentity;
  /** Register or structure in the words of the specification, e.g. `BAR 0`, `Command`, `MSI-X table entry`. */
  register: string;
  /** Which kind of difference, without addresses or values; part of a finding's identity. */
  shape: string;
  expected: string;
  actual: string;
  explanation: string;
  /** The deviation flag of the catalogue (`name=value`) that would excuse this, if one exists. */
  excusedBy?: string;
}

/** Something worth knowing that is no verdict: a guest obligation broken, an assumption confirmed, a choice learned. */
export interface Note {
  /** Rule id where one stands behind the note (guest obligations), else a short topic such as `life-cycle`. */
  topic: string;
  index: number;
  line: number;
  function?: FunctionIdentity;
  text: string;
}
