/**
 * Programs by chance, but with structure: each generator class makes phrases of steps that real bugs need (named as in
 * the collection of bugs), and a run mixes them. Swarm: every program draws its own few classes, their weights, and a
 * small cast of functions, so that what is rare in the average is frequent somewhere.
 */

import type { RandomStream } from '../../core/random.ts';
import { canonicalProgram, operationNumber, STEP_WORDS } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import type { Topology, TopologyFunction } from '../../topology/topology.ts';
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
}

/** Of so many programs one is carried out without a look at the target before its end. */
const UNSEEN_ONE_IN = 4;
const LOOKS_OFF = canonicalProgram(Int32Array.of(operationNumber('looks off'), 0, 0, 0, 0, 0, 0, 0));
const LOOKS_ON = canonicalProgram(Int32Array.of(operationNumber('looks on'), 0, 0, 0, 0, 0, 0, 0));

/** Phrases without any step after which a program ends early. */
const IDLE_AT_MOST = 32;

/** A program for this topology; the same stream gives the same program. Its operands are functions by their indexes. */
export function generate(stream: RandomStream, topology: Topology, options: GenerateOptions): Program {
  const { functions } = topology;
  const eligible = functions.filter((f) => options.everything === true || isPlayable(f));
  if (eligible.length === 0) return new Int32Array(0);
  const draw = new Draw(stream, eligible);
  const can = (capability: string): boolean => options.caps?.includes(capability) ?? true;
  const swarm = drawSwarm(draw, options.classes ?? GENERATOR_CLASSES);
  const always = ALWAYS.filter((name) => options.classes?.includes(name) ?? true);
  let deck: GeneratorClass[] = [];
  // Without replacement: what was drawn comes again when all the others had their turn.
  const phrase = (): Step[] => {
    if (always.length > 0 && draw.chance(7)) return CLASSES[draw.stream.pick(always)](draw, can);
    if (deck.length === 0) deck = [...swarm];
    const [chosen] = deck.splice(draw.below(deck.length), 1);
    return CLASSES[chosen!](draw, can);
  };
  const words: number[] = [];
  for (let idle = 0; words.length < options.steps * STEP_WORDS && idle < IDLE_AT_MOST; idle++) {
    const steps = draw.chance(2) ? interleave(draw, phrase(), phrase()) : phrase();
    if (steps.length > 0) idle = -1;
    for (const one of steps) for (let word = 0; word < STEP_WORDS; word++) words.push(one[word] ?? 0);
  }
  const most = options.steps * STEP_WORDS;
  // A look after each step tells much, and settles what is open: what goes wrong while it is open shows only without.
  const looks = draw.below(UNSEEN_ONE_IN) > 0;
  const within = most - LOOKS_OFF.length - LOOKS_ON.length;
  const all = looks || within <= 0 ? words.slice(0, most) : [...LOOKS_OFF, ...words.slice(0, within), ...LOOKS_ON];
  return canonicalProgram(Int32Array.from(all));
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
 * nobody thought of lies between classes, too.
 */
function drawSwarm(draw: Draw, classes: readonly GeneratorClass[]): GeneratorClass[] {
  const pool = [...classes, ...FREQUENT.filter((name) => classes.includes(name))];
  if (draw.chance(8)) return pool;
  const swarm: GeneratorClass[] = [];
  for (let size = 1 + draw.below(Math.min(pool.length, 6)); size > 0; size--) {
    const [chosen] = pool.splice(draw.below(pool.length), 1);
    for (let weight = 1 << draw.below(4); weight > 0 && chosen !== undefined; weight--) swarm.push(chosen);
  }
  return swarm;
}

/** All but host bridges, ISA bridges and their like: base class 06h without bridge registers. */
function isPlayable(f: TopologyFunction): boolean {
  return f.classCode >>> 16 !== 6 || f.bridge !== undefined;
}
