/** Makes a program that was generated for one topology fit others: operands are renumbered, and say what they need. */

import { RELATIONS, BARS, REGIONS, NEEDS, VECTOR_KINDS, DESTINATIONS } from './names.ts';
import type { Binding } from './bind.ts';
import { WITHOUT_FUNCTION } from './cast.ts';
import { needKind } from './needs.ts';
import type { NeedName } from './needs.ts';
import { canonicalProgram, operationNumber, operationOf, STEP_WORDS, stepCount } from './steps.ts';
import type { OperationName, Program } from './steps.ts';
import { selectBar } from './regions.ts';
import type { TopologyFunction } from '../topology/topology.ts';

type Needs = Map<NeedName, number>;

/**
 * The same steps with operands `fn`, `fn1` … in the order of their first use, after `need` steps for what those steps
 * ask of them in this binding. BARs are named by what they are, where that means the same BAR. On the same target it
 * may bind to other functions of the kind, so whoever stores it as a regression must run it once more.
 */
export function portable(program: Program, binding: Binding): Program {
  const numbers = new Map<TopologyFunction, number>();
  const needs = new Map<TopologyFunction, Needs>();
  const steps = program.slice();
  const renamed = (variable: number): number => {
    const f = binding.functionOf(variable);
    let number = numbers.get(f);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(f, number);
      needs.set(f, new Map());
    }
    return number;
  };
  const kept: number[] = [];
  for (let step = 0; step < stepCount(steps); step++) {
    const name = operationOf(steps, step);
    if (name === 'need') continue;
    const words = steps.subarray(step * STEP_WORDS, (step + 1) * STEP_WORDS);
    const use = (at: number, selector?: number): void => {
      const f = binding.functionOf(words[at]!);
      words[at] = renamed(words[at]!);
      if (selector === undefined) return;
      words[selector] = nameBar(f, words[selector]!, needs.get(f)!);
    };
    const alone = WITHOUT_FUNCTION.has(name) || (name.startsWith('route') && RELATIONS[words[2]!] === 'at');
    if (!alone) {
      const f = binding.functionOf(words[1]!);
      use(1, name === 'size bar' || name === 'move bar' || name === 'swap' ? 2 : undefined);
      note(f, name, words, needs.get(f)!);
    }
    if (name === 'swap') use(3, 4);
    const to = DESTINATIONS[words[3]!];
    if (name === 'move bar' && (to === 'overlap' || to === 'before' || to === 'after')) use(4, 5);
    kept.push(...words);
  }
  return canonicalProgram(Int32Array.from([...needSteps(numbers, needs), ...kept]));
}

/** What a step asks of its first function. */
function note(f: TopologyFunction, name: OperationName, words: Int32Array, needs: Needs): void {
  const atLeast = (need: NeedName, number: number): void => {
    needs.set(need, Math.max(needs.get(need) ?? 0, number));
  };
  if (name === 'read' || name === 'write') {
    const region = REGIONS[words[2]!]!;
    if (words[2]! < BARS.length) words[2] = nameBar(f, words[2]!, needs);
    else if (region === 'table' || region === 'pba') atLeast('msix', 1);
    else if (region.endsWith('-window')) atLeast('bridge', 0);
    else atLeast('virtio', 0);
  }
  if (name === 'mask' || name === 'unmask' || name === 'program' || name === 'fire') {
    const kind = VECTOR_KINDS[words[2]!]!;
    const vectors = f[kind]?.vectors;
    const number = name === 'mask' || name === 'unmask' ? words[3]! - 1 : words[3]!;
    if (vectors !== undefined) atLeast(kind, (Math.max(number, 0) % vectors) + 1);
  }
  if (name === 'window' || name === 'buses' || name === 'bus reset') atLeast('bridge', 0);
  if (name === 'activate' || name === 'ring') atLeast('virtio', 0);
  if (name === 'flr') atLeast('flr', 0);
  if (name === 'power') atLeast('pm', 0);
  if (name === 'raise' || name === 'lower') atLeast('pin', 0);
}

/** Kinds from the most special to the least. */
const KINDS = [
  ['wide', 'wide-bar'],
  ['narrow', 'narrow-bar'],
  ['io', 'io-bar'],
  ['memory', 'memory-bar'],
] as const;

/** A selector that means the same BAR here and one of its kind elsewhere; the index where no kind is enough. */
function nameBar(f: TopologyFunction, selector: number, needs: Needs): number {
  const bar = selectBar(f, selector);
  if (bar === undefined) return selector;
  if (BARS[selector] === 'rom') needs.set('rom', 0);
  if (bar.index >= 6) return selector;
  for (const [kind, need] of KINDS) {
    const named = BARS.indexOf(kind);
    if (selectBar(f, named) !== bar) continue;
    needs.set(need, 0);
    return named;
  }
  needs.set('bar', bar.index);
  return bar.index;
}

function needSteps(
  numbers: ReadonlyMap<TopologyFunction, number>,
  needs: ReadonlyMap<TopologyFunction, Needs>,
): number[] {
  const words: number[] = [];
  const add = (variable: number, need: NeedName, number: number): void => {
    const step = [operationNumber('need'), variable, NEEDS.indexOf(need), number];
    for (let word = 0; word < STEP_WORDS; word++) words.push(step[word] ?? 0);
  };
  for (const [f, variable] of numbers) {
    const own = needs.get(f) ?? new Map<NeedName, number>();
    // A step for which the function lacks something does nothing, here and elsewhere.
    for (const [need, number] of own) if (needKind(need).holds(f, number, undefined)) add(variable, need, number);
    const above = [...numbers].find(([other]) => other.index === f.parent);
    if (above !== undefined) add(variable, 'below', above[1]);
    else if (own.size === 0) add(variable, f.bridge === undefined ? 'endpoint' : 'bridge', 0);
  }
  return words;
}
