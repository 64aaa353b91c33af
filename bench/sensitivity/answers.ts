/** All answers of a trace to reads of configuration space, MSI-X tables and pending bits. */

import { Access, MEMORY } from '../../src/access/access.ts';
import { addressOf, ConfigurationDecoder } from './configuration-decode.ts';
import { FunctionImage } from './function-image.ts';
import type { Scenario } from '../support/scenarios.ts';
import type { Recording } from '../support/recording.ts';

export type Target = 'configuration' | 'table' | 'pending';

export interface Answer {
  /** Row of the recording. */
  index: number;
  target: Target;
  image: FunctionImage;
  /** Byte offset in configuration space, in the table, or in the pending bits. */
  offset: number;
  /** Bytes of the answer. */
  width: number;
  present: boolean;
  /** The function's header, BARs and capability list were read once before. */
  after: boolean;
}

/** One access to configuration space, with the function that was there. */
interface Decoded {
  row: number;
  offset: number;
  image: FunctionImage;
  present: boolean;
  after: boolean;
}

/** Finds the answers. Two passes: what a function is shows at the end, where its BARs are at each moment. */
export function answersOf(scenario: Scenario): Answer[] {
  const decoded = decodeAll(scenario);
  return collect(scenario.recording, decoded);
}

/** Functions by address; another identity at the same address is another function. */
class Functions {
  readonly all: FunctionImage[] = [];
  private readonly present = new Map<number, FunctionImage>();

  at(bdf: number): FunctionImage {
    return this.present.get(bdf) ?? this.add(bdf);
  }

  /** The function that gives this answer. */
  answering(bdf: number, offset: number, width: number, answer: number): FunctionImage {
    const known = this.at(bdf);
    for (let at = offset; at < Math.min(offset + width, 4); at++) {
      if (known.seen[at] === 1 && known.value[at] !== ((answer >>> (8 * (at - offset))) & 0xff)) return this.add(bdf);
    }
    return known;
  }

  private add(bdf: number): FunctionImage {
    const image = new FunctionImage(bdf);
    this.all.push(image);
    this.present.set(bdf, image);
    return image;
  }
}

function decodeAll({ recording, machine }: Scenario): { config: Decoded[]; functions: FunctionImage[] } {
  const decoder = new ConfigurationDecoder(machine);
  const functions = new Functions();
  const config: Decoded[] = [];
  const access = new Access();
  for (let row = 0; row < recording.length; row++) {
    const event = recording.read(row, access);
    if (event?.kind === 'reset') decoder.reset();
    if (event !== undefined || !decoder.decode(access)) continue;
    const { bdf, offset } = decoder;
    if (access.write) {
      config.push({ row, offset, image: functions.at(bdf), present: true, after: false });
      continue;
    }
    const width = widthOf(access, offset);
    const silent = isOnes(access, width);
    const image = silent ? functions.at(bdf) : functions.answering(bdf, offset, width, access.valueLo);
    config.push({ row, offset, image, present: !silent, after: image.enumerated });
    if (!silent) image.learn(offset, Math.min(width, 4), access.valueLo);
  }
  judgeOnes(config, recording);
  return { config, functions: functions.all };
}

/** All ones are an answer of a present function if what it says before and after shows that it is there. */
function judgeOnes(config: Decoded[], recording: Recording): void {
  const access = new Access();
  const telling = (one: Decoded): 'read' | 'absent' | undefined => {
    recording.read(one.row, access);
    if (access.write) return undefined;
    if (one.present) return 'read';
    return one.offset < 2 ? 'absent' : undefined;
  };
  const sweep = (list: readonly Decoded[], there: Map<Decoded, boolean>): void => {
    const last = new Map<number, boolean>();
    for (const one of list) {
      const told = telling(one);
      if (told === undefined) there.set(one, last.get(one.image.bdf) ?? false);
      else last.set(one.image.bdf, told === 'read');
    }
  };
  const before = new Map<Decoded, boolean>();
  const behind = new Map<Decoded, boolean>();
  sweep(config, before);
  const backward = config.toReversed();
  sweep(backward, behind);
  for (const one of config) {
    if (!one.present && before.get(one) === true && behind.get(one) === true) one.present = true;
  }
}

function collect(recording: Recording, decoded: { config: Decoded[]; functions: FunctionImage[] }): Answer[] {
  const answers: Answer[] = [];
  const access = new Access();
  const { config } = decoded;
  const places = decoded.functions.flatMap((image) => {
    const msix = image.msix();
    return msix === undefined ? [] : [{ image, msix }];
  });
  const enumerated = new Set<FunctionImage>();
  let next = 0;
  for (let row = 0; row < recording.length; row++) {
    if (recording.read(row, access) !== undefined) continue;
    const one = config[next];
    if (one?.row === row) {
      next++;
      const width = widthOf(access, one.offset);
      if (one.present) one.image.moveBar(one.offset, width, access.valueLo);
      if (one.after) enumerated.add(one.image);
      if (!access.write) answers.push({ index: row, target: 'configuration', width, ...one });
      continue;
    }
    if (access.write || access.space !== MEMORY) continue;
    const address = addressOf(access);
    for (const { image, msix } of places) {
      const within = (bar: number, at: number, length: number): number => {
        const base = bar < 0 ? undefined : image.barBase(bar);
        if (base === undefined || base === 0) return -1;
        const offset = address - base - at;
        return offset >= 0 && offset < length ? offset : -1;
      };
      const table = within(msix.tableBar, msix.tableOffset, 16 * msix.size);
      const pending = within(msix.pendingBar, msix.pendingOffset, 8 * Math.ceil(msix.size / 64));
      if (table < 0 && pending < 0) continue;
      const target = table >= 0 ? 'table' : 'pending';
      const after = enumerated.has(image);
      const offset = Math.max(table, pending);
      answers.push({ index: row, target, image, offset, width: access.width, present: true, after });
      break;
    }
  }
  return answers;
}

/** Bytes of an answer; where the source does not tell: those that the value surely has. */
function widthOf(access: Access, offset: number): number {
  if (access.width !== 0) return access.width;
  const { valueLo } = access;
  const least = (valueLo & 0xffff0000) !== 0 ? 4 : (valueLo & 0xff00) !== 0 ? 2 : 1;
  return Math.min(least, 4 - (offset & 3));
}

function isOnes(access: Access, width: number): boolean {
  const mask = width >= 4 ? -1 : (1 << (8 * width)) - 1;
  return (access.valueLo & mask) === mask && (width < 8 || access.valueHi === -1);
}
