/**
 * A small scope, whole: every sequence of the alphabet's steps up to a length. Most bugs show in a few steps of a
 * small machine (Jackson's small scope hypothesis), and what was tried here is tried without chance.
 */

import { readFileSync } from 'node:fs';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated, parseLayout } from '../../src/targets/emulated/index.ts';

/** The neighbour is there to be overlapped. Both are up and the vectors programmed before the first step of a sequence. */
const PREAMBLE = ['bring up fn', 'bring up fn1', 'program fn.msix[0] 1', 'program fn.msix[1] 2'];

export const ALPHABET = [
  'move bar fn.bar0 to free 1 decode kept',
  'move bar fn.bar1 to free 2 decode kept',
  'move bar fn.bar0 to overlap fn1.bar0 decode kept',
  'decode off fn',
  'decode on fn',
  'enable fn.msix',
  'disable fn.msix',
  'mask fn.msix',
  'unmask fn.msix',
  'mask fn.msix[0]',
  'unmask fn.msix[0]',
  'unmask fn.msix[1]',
  'program fn.msix[0] 3',
  'fire fn.msix[0]',
  'fire fn.msix[1]',
] as const;

const file = 'bench/scope/layout.yaml';
const layout = await parseLayout(readFileSync(file, 'utf8'), file);

/** Sequences of exactly this length. */
export function sequences(length: number): number {
  return ALPHABET.length ** length;
}

/** The letters of a sequence by its number: the last letter turns fastest. */
export function sequence(length: number, number: number): string[] {
  const letters: string[] = [];
  for (let rest = number, at = 0; at < length; at++, rest = Math.floor(rest / ALPHABET.length))
    letters.unshift(ALPHABET[rest % ALPHABET.length]!);
  return letters;
}

/** The rules that a sequence breaks, in a machine with some faults. */
export function rulesBroken(letters: readonly string[], faults: ReadonlySet<string>): string[] {
  const { divergences, unbound } = trial(
    { open: () => createEmulated({ layout, faults }), choices: {}, skip: new Set() },
    programOf(letters),
  );
  if (unbound !== undefined) throw new Error(`a sequence cannot be bound: ${unbound.reason}`);
  return [...new Set(divergences.map(({ rule }) => rule))];
}

function programOf(letters: readonly string[]): Program {
  return parseScenario([...PREAMBLE, ...letters].join('\n'), 'sequence').program;
}
