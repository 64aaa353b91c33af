/** Copies of the compiled program with one treatment taken out. */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ModelOptions, ModelStatistics } from '../../src/model/options.ts';
import type { readTrace } from '../../src/trace/index.ts';
import type { Taker } from '../support/recording.ts';
import type { Treatment } from './treatment.ts';

/** What a run needs of the program, whether patched or not. */
export interface Program {
  Model: new (options: ModelOptions) => Taker & { finish(): void; statistics(): ModelStatistics };
  readTrace: typeof readTrace;
}

/** The program as the bench was compiled with it. */
const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** What the model and the importers are made of. */
const ROOMS = ['core', 'access', 'spec', 'model', 'trace'];

/** Loads the program, without a treatment where one is named, out of a copy in the empty or missing folder `place`. */
export async function loadProgram(place: string, treatment?: Treatment): Promise<Program> {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n');
  for (const room of ROOMS) cpSync(join(SOURCE, room), join(place, room), { recursive: true });
  if (treatment !== undefined) writeFileSync(join(place, `${treatment.file}.js`), patched(treatment));
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(place, file)).href);
  const { Model } = (await load('model/model.js')) as Pick<Program, 'Model'>;
  const { readTrace: read } = (await load('trace/index.js')) as Pick<Program, 'readTrace'>;
  return { Model, readTrace: read };
}

/**
 * The text of a file without the treatment. Throws if the patch does not fit: a treatment that has moved must not pass for
 * one that nobody needs.
 */
export function patched({ name, file, find, replace }: Treatment): string {
  const text = readFileSync(join(SOURCE, `${file}.js`), 'utf8');
  const words = find.split(/\s+/).map((word) => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  const pattern = new RegExp(words.join(String.raw`\s+`), 'g');
  const found = [...text.matchAll(pattern)].length;
  if (found !== 1) throw new Error(`${name}: the text to replace occurs ${found} times in ${file}, not once`);
  return text.replace(pattern, () => replace);
}
