/** What a target says of itself: the answer to `hello`, read. */

import { parseBdf } from '../../access/bdf.ts';
import { emptyMachine } from '../../access/machine.ts';
import type { MachineDescription } from '../../access/machine.ts';
import { parseMachineWord } from '../../access/machine-text.ts';
import type { TargetDescription } from '../../access/target.ts';
import { excerpt } from '../../access/text.ts';
import { parseNumber } from '../../core/hex.ts';

/** A target that does not know `hello`: CAM with all buses, the places that a PC has where no others are known, and what is known besides. */
export function withoutHello(name: string, known: readonly string[]): TargetDescription {
  const machine: Partial<MachineDescription> = { cam: true };
  for (const word of [...PC_PLACES.filter((place) => !isKnown(place, known)), ...known])
    parseMachineWord(word, machine);
  return { name, machine: { ...emptyMachine(), ...machine }, functions: [] };
}

const PC_PLACES: readonly string[] = ['io=0xc000-0xffff', 'mem32=0xe0000000-0xfebfffff'];

/** Whether other places of the same kind are known. */
const isKnown = (place: string, known: readonly string[]): boolean =>
  known.some((word) => word.startsWith(place.slice(0, place.indexOf('=') + 1)));

/** Reads the words behind `OK`. A sentence instead of a description: what is wrong with them. */
export function parseHello(words: readonly string[], name: string): TargetDescription | string {
  const machine: Partial<MachineDescription> = {};
  const description: TargetDescription = { name, machine, functions: [] };
  for (const word of words) {
    const equals = word.indexOf('=');
    const text = word.slice(equals + 1);
    const wrong = other(equals < 0 ? '' : word.slice(0, equals), text, description) ?? parseMachineWord(word, machine);
    if (typeof wrong === 'string') return `${wrong}: '${excerpt(word)}'`;
  }
  description.name = machine.name ?? name;
  // Only traces say these; a live target begins at power-on, and shows addresses as devices send them.
  delete machine.powerOn;
  delete machine.ioWindow;
  if (machine.cam === false && machine.ecam === undefined) return 'it has neither CAM nor ECAM';
  return description;
}

/** The keys that are not of the machine. True: it was one of them; a sentence: it is malformed. */
function other(key: string, text: string, description: TargetDescription): string | true | undefined {
  switch (key) {
    case 'version':
      description.version = text;
      return true;
    case 'conf':
      description.configuration = text;
      return true;
    case 'bars':
      if (text === 'ram') description.bars = text;
      return true;
    case 'lines': {
      const [first, last, rest] = text.split('-').map((part) => parseNumber(part));
      if (first === undefined || last === undefined || rest !== undefined || first.hi !== 0 || last.hi !== 0)
        return 'lines must be LOW-HIGH';
      description.lines = { first: first.lo, last: last.lo };
      return true;
    }
    case 'fn': {
      const functions = text.split(',').map((part) => parseBdf(part));
      if (functions.some((one) => one === undefined)) return 'fn must be BDF, or several with commas between';
      description.functions = [...description.functions, ...functions.filter((one) => one !== undefined)];
      return true;
    }
    default:
      return undefined;
  }
}
