/**
 * Programs by chance, but with structure: each generator class makes phrases of steps that real bugs need (named as in
 * the collection of bugs), and a run mixes them. Swarm: every program draws its own few classes, their weights, and a
 * small cast of functions, so that what is rare in the average is frequent somewhere.
 */

import type { RandomStream } from '../../core/random.ts';
import { canonicalProgram, operationNumber, STEP_WORDS } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import type { Topology, TopologyFunction } from '../../topology/topology.ts';
import { weighted } from '../feedback/feedback.ts';
import type { Feedback } from '../feedback/feedback.ts';
import { keptPhrase } from '../feedback/mutate.ts';
import { covering, decoding, edges, halves, moves, relocation, roms, sizing, tables } from './addresses.ts';
import { Draw, interleave } from './draw.ts';
import type { Step } from './draw.ts';
import { forwarding } from './forwarding.ts';
import { doorbells, interrupts } from './interrupts.ts';
import { bridges, hotPlug, resets, snapshots } from './machine.ts';
import {
  capabilities,
  fixedRanges,
  headers,
  registerBits,
  resizing,
  routing,
  virtualFunctions,
  widths,
} from './registers.ts';

type Phrase = (draw: Draw, can: (capability: string) => boolean) => Step[];

/** Generator classes by their tags. The order is part of what a seed means. */
const CLASSES = {
  'register-bit-sweep': registerBits,
  'sizing-grammar': sizing,
  'half-register-orders': halves,
  'decode-toggle': decoding,
  'move-interleaving': moves,
  'width-alignment-sweep': widths,
  'config-routing-sweep': routing,
  'capability-topology': capabilities,
  'irq-state-machine': interrupts,
  'table-layout': tables,
  'bridge-edges': bridges,
  'address-edges': edges,
  'doorbell-probe': doorbells,
  'reset-everywhere': resets,
  'snapshot-everywhere': snapshots,
  'hotplug-script': hotPlug,
  'header-writes': headers,
  relocation,
  covering,
  'rom-enables': roms,
  'virtual-functions': virtualFunctions,
  'fixed-ranges': fixedRanges,
  'resizable-bars': resizing,
  forwarding,
} as const satisfies Record<string, Phrase>;

export type GeneratorClass = keyof typeof CLASSES;
export const GENERATOR_CLASSES = Object.keys(CLASSES) as readonly GeneratorClass[];

export interface GenerateOptions {
  /** Steps of the program, at most; it has fewer only if the topology gives nothing to do. */
  steps: number;
  /** Classes to choose from; default: all. */
  classes?: readonly GeneratorClass[];
  /** Optional commands that the target has, in the words of the target protocol; default: all. */
  caps?: readonly string[];
  /** Write to host and ISA bridges too, which may take the machine's own registers away. */
  everything?: boolean;
  /** What was learned of this topology; default: nothing. */
  feedback?: Feedback | undefined;
}

export interface Generated {
  program: Program;
  /** Which class each step comes from; undefined: none of them. */
  origins: readonly (GeneratorClass | undefined)[];
}

/** Of phrases with feedback so many, in 1/16, are stretches that reached something before. */
const KEPT_IN_16 = 5;

/** Of so many programs one is carried out without a look at the target before its end. */
const UNSEEN_ONE_IN = 4;
const LOOKS_OFF = canonicalProgram(Int32Array.of(operationNumber('looks off'), 0, 0, 0, 0, 0, 0, 0));
const LOOKS_ON = canonicalProgram(Int32Array.of(operationNumber('looks on'), 0, 0, 0, 0, 0, 0, 0));

/** Phrases without any step after which a program ends early. */
const IDLE_AT_MOST = 32;

/** A program for this topology; the same stream gives the same program. Its operands are functions by their indexes. */
export function generate(stream: RandomStream, topology: Topology, options: GenerateOptions): Program {
  return generateWithOrigins(stream, topology, options).program;
}

/** The same, and where its steps come from. */
export function generateWithOrigins(stream: RandomStream, topology: Topology, options: GenerateOptions): Generated {
  const { functions } = topology;
  const { feedback } = options;
  const eligible = functions.filter((f) => options.everything === true || isPlayable(f));
  if (eligible.length === 0) return { program: new Int32Array(0), origins: [] };
  const draw = new Draw(stream, eligible);
  const can = (capability: string): boolean => options.caps?.includes(capability) ?? true;
  const swarm = drawSwarm(draw, options.classes ?? GENERATOR_CLASSES, feedback);
  const origin = new Map<Step, GeneratorClass>();
  const of = (name: GeneratorClass): Step[] => {
    const steps = CLASSES[name](draw, can);
    for (const one of steps) origin.set(one, name);
    return steps;
  };
  const always = ALWAYS.filter((name) => options.classes?.includes(name) ?? true);
  let deck: GeneratorClass[] = [];
  // Without replacement: what was drawn comes again when all the others had their turn.
  const phrase = (): Step[] => {
    const kept = feedback !== undefined && draw.chance(KEPT_IN_16) ? keptPhrase(draw, feedback) : undefined;
    if (kept !== undefined) return kept;
    if (always.length > 0 && draw.chance(7)) return of(draw.stream.pick(always));
    if (deck.length === 0) deck = [...swarm];
    const [chosen] = deck.splice(draw.below(deck.length), 1);
    return of(chosen!);
  };
  const words: number[] = [];
  const origins: (GeneratorClass | undefined)[] = [];
  for (let idle = 0; words.length < options.steps * STEP_WORDS && idle < IDLE_AT_MOST; idle++) {
    const steps = draw.chance(2) ? interleave(draw, phrase(), phrase()) : phrase();
    if (steps.length > 0) idle = -1;
    for (const one of steps) {
      for (let word = 0; word < STEP_WORDS; word++) words.push(one[word] ?? 0);
      origins.push(origin.get(one));
    }
  }
  const most = options.steps * STEP_WORDS;
  // A look after each step tells much, and settles what is open: what goes wrong while it is open shows only without.
  const looks = draw.below(UNSEEN_ONE_IN) > 0;
  const within = most - LOOKS_OFF.length - LOOKS_ON.length;
  if (looks || within <= 0) return { program: canonicalProgram(Int32Array.from(words.slice(0, most))), origins };
  const all = [...LOOKS_OFF, ...words.slice(0, within), ...LOOKS_ON];
  return {
    program: canonicalProgram(Int32Array.from(all)),
    origins: [undefined, ...origins.slice(0, within / STEP_WORDS)],
  };
}

/** What every program does something of, whatever its swarm: what guests do most, and what is most easily got wrong. */
const ALWAYS: readonly GeneratorClass[] = [
  'irq-state-machine',
  'irq-state-machine',
  'irq-state-machine',
  'doorbell-probe',
  'doorbell-probe',
  'reset-everywhere',
  'snapshot-everywhere',
  'hotplug-script',
];

/** Classes that are drawn more often than others: interrupts have the most states, and the most bugs. */
const FREQUENT: readonly GeneratorClass[] = [
  'irq-state-machine',
  'irq-state-machine',
  'doorbell-probe',
  // There are many registers.
  'register-bit-sweep',
  'register-bit-sweep',
  // Windows, enables and legacy ports.
  'bridge-edges',
  'forwarding',
  'forwarding',
];

/**
 * A subset of the classes, each as often in the list as its weight; for half of the programs all of them, since what
 * nobody thought of lies between classes, too. With feedback a class is the more probable the more it has brought.
 */
function drawSwarm(draw: Draw, classes: readonly GeneratorClass[], feedback: Feedback | undefined): GeneratorClass[] {
  const pool = [...classes, ...FREQUENT.filter((name) => classes.includes(name))];
  if (draw.chance(8)) return pool;
  const swarm: GeneratorClass[] = [];
  for (let size = 1 + draw.below(Math.min(pool.length, 6)); size > 0; size--) {
    const place =
      feedback === undefined
        ? draw.below(pool.length)
        : pool.indexOf(weighted(draw.stream, pool, (name) => feedback.expected(name))!);
    const [chosen] = pool.splice(place, 1);
    for (let weight = 1 << draw.below(4); weight > 0 && chosen !== undefined; weight--) swarm.push(chosen);
  }
  return swarm;
}

/** All but host bridges, ISA bridges and their like: base class 06h without bridge registers. */
function isPlayable(f: TopologyFunction): boolean {
  return f.classCode >>> 16 !== 6 || f.bridge !== undefined;
}
