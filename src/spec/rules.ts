/** The rule catalogue: every normative statement that Barometer knows. The texts live in `catalogue/`. */

import { addressMap, expansionRom } from './catalogue/address-map.ts';
import type { Area, RuleEntry } from './catalogue/area.ts';
import { bars } from './catalogue/bars.ts';
import { addressAssignment, bridges } from './catalogue/bridges.ts';
import {
  aer,
  capabilityLists,
  enhancedAllocation,
  pciExpress,
  powerManagement,
  resizableBar,
  srIov,
} from './catalogue/capabilities.ts';
import { command, status } from './catalogue/command-and-status.ts';
import { cam, ecam } from './catalogue/configuration-access.ts';
import { vfio, vpci } from './catalogue/host-views.ts';
import { hotPlug, reset, snapshot } from './catalogue/life-cycle.ts';
import { intx, msi } from './catalogue/msi-and-intx.ts';
import { msix } from './catalogue/msix.ts';
import { header, routing } from './catalogue/routing-and-header.ts';
import { concurrency, virtio } from './catalogue/virtio-and-concurrency.ts';
import { TARGET_RULES } from './target-rules.ts';

/** One rule. Texts that the catalogue leaves out are empty. */
export interface Rule extends Required<RuleEntry> {
  /** The area's name in full, e.g. `Base Address Registers`. */
  area: string;
}

/** The order of the catalogue: from configuration access over registers to whole machines. */
const AREAS: readonly Area[] = [
  cam,
  ecam,
  routing,
  header,
  command,
  status,
  bars,
  addressMap,
  expansionRom,
  capabilityLists,
  msi,
  msix,
  intx,
  powerManagement,
  reset,
  pciExpress,
  aer,
  resizableBar,
  srIov,
  enhancedAllocation,
  bridges,
  addressAssignment,
  hotPlug,
  vfio,
  vpci,
  virtio,
  concurrency,
  snapshot,
];

/** All rules of the catalogue, in its order, without those of `TARGET`. */
export const RULES: readonly Rule[] = AREAS.flatMap((area) => area.rules.map((entry) => complete(entry, area.name)));

const BY_ID: ReadonlyMap<string, Rule> = new Map([...RULES, ...TARGET_RULES].map((rule) => [rule.id, rule]));

/** A rule of the catalogue, or one of `TARGET`. */
export function ruleById(id: string): Rule | undefined {
  return BY_ID.get(id);
}

/** The rules whose ids begin with `prefix`, e.g. `BAR`; none if there is no such area. */
export function rulesOfArea(prefix: string): readonly Rule[] {
  return [...RULES, ...TARGET_RULES].filter((rule) => rule.id.split('-')[0] === prefix);
}

/** The keys in the order in which people read them: `rules --json` prints them so. */
function complete(entry: RuleEntry, area: string): Rule {
  const { id, strength, title, citation, statement, appliesTo, check } = entry;
  const { allowed = '', preconditions = '', variations = '' } = entry;
  return { id, area, strength, title, citation, statement, allowed, appliesTo, check, preconditions, variations };
}
