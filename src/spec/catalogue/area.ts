/** How the files of the catalogue write rules down. */

/**
 * - `MUST`: required.
 * - `UNDEFINED`: the specification leaves several answers open, and `allowed` tells all of them.
 * - `SHOULD`: recommended.
 * - `MAY`: a permission; what lies outside of it is no device.
 * - `GUEST-OBLIGATION`: asked of the guest; a device must survive that it is broken.
 * - `FIRMWARE-CONVENTION`: asked of firmware and system software.
 */
export type Strength = 'MUST' | 'UNDEFINED' | 'SHOULD' | 'MAY' | 'GUEST-OBLIGATION' | 'FIRMWARE-CONVENTION';

/** A rule as the catalogue has it. */
export interface RuleEntry {
  /** `BAR-003`. Never changes, and is never given to another rule. */
  id: string;
  /** How binding it is. */
  strength: Strength;
  /** A few words. */
  title: string;
  /** Sections of the specifications. `(unverified)`: the section number was not checked against the text. */
  citation: string;
  /** What it demands. */
  statement: string;
  /** All that is allowed, where the statement alone does not say it. */
  allowed?: string;
  /** The kind of function or machine that the rule is about. */
  appliesTo: string;
  /**
   * `accesses -> expected [bits that are compared]`. `cr`, `cw`: configuration read, write; `io32r`: port read of 32
   * bits; `mr`, `mw`: memory read, write; `S`: the size of a BAR; `~volatile`: all bits that do not change by themselves.
   */
  check: string;
  /** What must hold before it can be judged. */
  preconditions?: string;
  /** What implementations are known to do. `(seen)`: observed on a running one; `(by reading)`: from its source alone. */
  variations?: string;
}

export interface Area {
  name: string;
  /** By id. */
  rules: readonly RuleEntry[];
}
