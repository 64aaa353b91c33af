/** The tables of the bench. */

import { formatBdf } from '../../src/access/bdf.ts';
import { percent, print, printTable } from '../support/print.ts';
import type { Flip, ScenarioResult } from './flips.ts';
import { REASONS } from './inside.ts';
import { total } from './knowledge.ts';
import { REGISTER_CLASSES } from './register-class.ts';
import { NAMINGS } from './rules-of-class.ts';

const HEAD = ['', 'flips', 'at once', 'later', 'never', 'found %', 'note only', 'named, at once %', 'named, later %'];

function row(label: string, flips: readonly Flip[]): string[] {
  const of = (outcome: Flip['outcome']): Flip[] => flips.filter((flip) => flip.outcome === outcome);
  const [atOnce, later, never] = [of('at once'), of('later'), of('never')];
  const named = (list: readonly Flip[]): string =>
    percent(list.filter((flip) => flip.naming !== 'foreign').length, list.length);
  return [
    label,
    String(flips.length),
    String(atOnce.length),
    String(later.length),
    String(never.length),
    percent(atOnce.length + later.length, flips.length),
    String(never.filter((flip) => flip.noted).length),
    named(atOnce),
    named(later),
  ];
}

export function printReport(drawn: readonly ScenarioResult[], list: boolean): void {
  const results = drawn.map((result) => ({ ...result, flips: result.flips.filter(({ isExtra }) => !isExtra) }));
  const extra = drawn.flatMap(({ flips }) => flips.filter(({ isExtra }) => isExtra));
  const all = results.flatMap(({ flips }) => flips);
  const flips = all.filter(({ present }) => present);
  if (list) printList(flips);
  printTable('By scenario (answers of present functions)', [
    HEAD,
    ...results.map(({ scenario, flips: mine }) =>
      row(
        scenario,
        mine.filter(({ present }) => present),
      ),
    ),
    row('all', flips),
  ]);
  printTable('Answers of absent functions (not in the other tables)', [
    HEAD,
    row(
      'absent',
      all.filter(({ present }) => !present),
    ),
  ]);
  printClasses('By class of register', flips);
  const linux = results
    .filter(({ isLinux }) => isLinux)
    .flatMap(({ flips: mine }) => mine.filter((flip) => flip.present));
  const after = linux.filter((flip) => flip.after && flip.isConfiguration);
  const below = after.filter(({ offset }) => offset < 0x100);
  const above = after.filter(({ offset }) => offset >= 0x100);
  printTable('Linux on x86 and arm64', [
    HEAD,
    row('all answers', linux),
    row('configuration, after enumeration', after),
    row('  of these below 0x100', below),
    row('  of these from 0x100 on', above),
    row(
      'MSI-X table and pending bits',
      linux.filter((flip) => !flip.isConfiguration),
    ),
  ]);
  printClasses('By class, Linux, configuration after enumeration', after);
  printReasons('What was known of the flipped bit', flips);
  printReasons('The same, Linux, configuration after enumeration', after);
  printBlind(flips);
  printNamings(flips);
  printForeign(flips);
  printClasses('Rare classes of registers, each drawn for itself', extra);
  printClasses(
    '  of these after enumeration',
    extra.filter(({ after }) => after),
  );
  printKnowledge(results);
}

function printClasses(title: string, flips: readonly Flip[]): void {
  const rows = REGISTER_CLASSES.map((name) => ({
    name,
    mine: flips.filter(({ registerClass }) => registerClass === name),
  }));
  printTable(title, [
    HEAD,
    ...rows.filter(({ mine }) => mine.length > 0).map(({ name, mine }) => row(name, mine)),
    row('all', flips),
  ]);
}

function printReasons(title: string, flips: readonly Flip[]): void {
  const rows = REASONS.map((name) => ({ name, mine: flips.filter(({ reason }) => reason === name) }));
  printTable(title, [HEAD, ...rows.filter(({ mine }) => mine.length > 0).map(({ name, mine }) => row(name, mine))]);
}

/** Why flips were never found: reason by class, the commonest first. */
function printBlind(flips: readonly Flip[]): void {
  const counts = new Map<string, Flip[]>();
  for (const flip of flips) {
    if (flip.outcome !== 'never') continue;
    const key = `${flip.reason}: ${flip.registerClass}`;
    counts.set(key, [...(counts.get(key) ?? []), flip]);
  }
  const rows = [...counts].toSorted(([one, a], [other, b]) => b.length - a.length || (one < other ? -1 : 1));
  printTable('Never found', [
    ['', 'flips', '% of all flips', 'note only'],
    ...rows.map(([key, mine]) => [
      key,
      String(mine.length),
      percent(mine.length, flips.length),
      String(mine.filter(({ noted }) => noted).length),
    ]),
  ]);
}

/** How the rules that were named belong to the flipped register. */
function printNamings(flips: readonly Flip[]): void {
  const count = (naming: string, outcome: Flip['outcome']): string =>
    String(flips.filter((flip) => flip.naming === naming && flip.outcome === outcome).length);
  printTable('The rule that was named speaks of the register by', [
    ['', 'at once', 'later'],
    ...NAMINGS.map((naming) => [naming, count(naming, 'at once'), count(naming, 'later')]),
  ]);
}

/** Rules that were named and do not speak of the register: what the reviewed table, or the model, has to answer for. */
function printForeign(flips: readonly Flip[]): void {
  const counts = new Map<string, { atOnce: number; later: number; example: Flip }>();
  for (const flip of flips) {
    if (flip.naming !== 'foreign') continue;
    const key = `${flip.registerClass}: ${flip.rule}`;
    const count = counts.get(key) ?? { atOnce: 0, later: 0, example: flip };
    if (flip.outcome === 'at once') count.atOnce++;
    else count.later++;
    counts.set(key, count);
  }
  const rows = [...counts].toSorted(([, one], [, other]) => other.atOnce - one.atOnce || other.later - one.later);
  printTable(
    'Rules named that do not belong to the register',
    [
      ['', 'at once', 'later', 'for example'],
      ...rows.map(([key, { atOnce, later, example }]) => [key, String(atOnce), String(later), place(example)]),
    ],
    [0, 3],
  );
}

function place(flip: Flip): string {
  const register = `0x${flip.offset.toString(16)} bit ${flip.bit}`;
  return `${flip.scenario}, step ${flip.index}, ${formatBdf(flip.bdf)} ${register}`;
}

function printKnowledge(results: readonly ScenarioResult[]): void {
  const tables = results.map(({ knowledge }) => knowledge);
  const linux = results.filter(({ isLinux }) => isLinux).map(({ knowledge }) => knowledge);
  const line = (label: string, which: 'low' | 'lowAfter' | 'high' | 'highAfter', of: typeof tables): string[] => {
    const sum = total(of, which);
    return [
      label,
      String(sum.answered),
      percent(sum.known, sum.answered),
      percent(sum.defined, sum.answered),
      percent(sum.definedKnown, sum.defined),
      percent(sum.definedKnown, sum.defined - sum.status),
    ];
  };
  const lines = (label: string, of: typeof tables): string[][] => [
    line(`${label}, below 0x100`, 'low', of),
    line(`${label}, below 0x100, after enumeration`, 'lowAfter', of),
    line(`${label}, from 0x100 on`, 'high', of),
    line(`${label}, from 0x100 on, after enumeration`, 'highAfter', of),
  ];
  printTable('Configuration bits of present functions that were known before they were answered', [
    ['', 'bits', 'known %', 'defined %', 'known of defined %', 'the same without RW1C %'],
    ...lines('all', tables),
    ...lines('Linux', linux),
    ...results.map(({ scenario, knowledge }) => line(`${scenario}, below 0x100, after`, 'lowAfter', [knowledge])),
  ]);
}

/** Every flip on a line, for looking into single ones. */
function printList(flips: readonly Flip[]): void {
  for (const flip of flips) {
    const how = `${flip.outcome}${flip.rule === '' ? '' : ` ${flip.rule}`}${flip.noted ? ' (note)' : ''}`;
    print(`${place(flip)}: ${flip.registerClass}; ${flip.reason}; ${how}`);
  }
}
