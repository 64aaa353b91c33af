/** One access or event of a trace in words: plain data, for the terminal and for scripts. */

import type { StepVerdict } from '../../check/trace-steps.ts';
import type { KnownFunction } from '../../model/decoder/known-function.ts';
import type { FollowedBar } from './bars.ts';

/** A field of a register that an access touches in full. */
export interface FieldValue {
  register: string;
  /** The register's own name where it is one field. */
  field: string;
  value: number;
  /** Of a write: what the field held before; undefined: not known. */
  before: number | undefined;
  /** Bits. */
  width: number;
  /** What a write does: changes it, clears bits where it has ones (RW1C), nothing (RO), or what hardware makes of it. */
  kind: 'plain' | 'clears' | 'constant' | 'volatile';
}

/**
 * What an access is about; consecutive ones about the same are one episode.
 * - `identity`: who is there; `capabilities`: the two lists; `bars`, `command`, `bridge`, `interrupt pin`: of the header;
 * - `structure`: any capability without a kind of its own here;
 * - `rom`, `virtio`, `device`: behind BARs; `device` takes messages along, for both are what drivers at work look like;
 * - `index`: the index of the configuration ports is loaded; it belongs to what follows;
 * - `elsewhere`: what no function has to do with;
 * - `machine`: what happens to machine or function from the outside.
 */
export type SubjectKind =
  | 'identity'
  | 'capabilities'
  | 'bars'
  | 'command'
  | 'bridge'
  | 'interrupt pin'
  | 'msi'
  | 'msi-x'
  | 'structure'
  | 'device-specific'
  | 'dump'
  | 'rom'
  | 'virtio'
  | 'device'
  | 'index'
  | 'mechanism'
  | 'elsewhere'
  | 'machine';

/** What an access does with an entry of an MSI-X table. */
export interface TableEntry {
  vector: number;
  /** Address or data that are not 0. */
  hasContent: boolean;
  /** The mask bit; undefined: the access does not reach it. */
  masked: boolean | undefined;
}

export interface Annotation {
  /** As `index` in results.json. */
  index: number;
  /** Line in the source, from 1; 0: none. */
  line: number;
  /** The access or event in the text notation. */
  text: string;
  way: 'read' | 'write' | 'event';
  /** Function that it is about; -1: none, or not known. */
  bdf: number;
  /** How configuration space was reached; empty: it was not. */
  mechanism: 'CAM' | 'ECAM' | 'none' | '';
  /** Of a configuration access: offset and bytes. */
  offset: number;
  width: number;
  /** Header or capability; empty: none, or not known. */
  structure: string;
  /** Registers by name, or what else is there. */
  place: string;
  /** In hexadecimal; empty: an event. */
  value: string;
  fields: readonly FieldValue[];
  /** What it means; may be empty. */
  meaning: string;
  subject: SubjectKind;
  verdicts: readonly StepVerdict[];
  /** The function as it is behind the access; good until the next one. */
  f?: KnownFunction | undefined;
  /** The BAR whose register it is, behind the access. */
  bar?: FollowedBar | undefined;
  /** Of an access behind a BAR: which region it is. */
  region?: { name: string } | undefined;
  /** Of an access to an MSI-X table. */
  entry?: TableEntry | undefined;
}
