import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { MachineDescription } from '../access/machine.ts';
import { sha256 } from '../core/hash.ts';
import { didYouMean } from '../core/nearest.ts';
import { describeSystemError } from '../core/system-error.ts';
import { offsetOf, plainWords, sentence } from '../core/yaml-place.ts';

/** A finding that the owners of a target accept. */
export interface KnownFinding {
  id: string;
  reason: string;
  owner: string;
  /** `YYYY-MM-DD`, or empty. */
  until: string;
  /** Where the entry stands in the file, for messages. */
  line: number;
}

/** What a team states about its target. */
export interface Profile {
  /** The file's path as the user typed it, or the name of a shipped profile. */
  name: string;
  /** Of the file's bytes; part of the inputs of a run. */
  sha256: string;
  machine: Partial<MachineDescription>;
  choices: Readonly<Record<string, string>>;
  known: readonly KnownFinding[];
}

/** Everything that is wrong with a profile at once, one `file:line:column: sentence` each. */
export class ProfileError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ProfileError';
    this.problems = problems;
  }
}

/** A profile is written by hand; what is larger than this is another kind of file. */
const BYTES_AT_MOST = 4 << 20;

/** Reads a profile. `name` is how messages call the file. Throws a ProfileError that names every problem. */
export async function readProfile(path: string, name: string = path): Promise<Profile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ProfileError([`${name}: ${describeSystemError(error)}`]);
  }
  if (bytes.length > BYTES_AT_MOST)
    throw new ProfileError([`${name}: this is too large for a profile (4 MiB at most).`]);
  if (bytes.includes(0)) throw new ProfileError([`${name}: this is a binary file, not a profile in YAML.`]);
  return parseProfile(bytes.toString('utf8'), name);
}

/** Reads the text of a profile. Throws a ProfileError that names every problem. */
export async function parseProfile(text: string, name: string): Promise<Profile> {
  const lines = new LineCounter();
  // With bigint a 64-bit address stays exact.
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ProfileError(document.errors.map((error) => sentence(at(error.pos[0]), `not YAML: ${error.message}`)));
  }
  const { profileSchema, keysAt } = await import('./profile-schema.ts');
  const parsed = profileSchema.safeParse(toPlain(document, name) ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') {
        const where = issue.path.map(String).join('.');
        const message = where === '' ? plainWords(issue.message) : `${where}: ${plainWords(issue.message)}`;
        return [{ offset: offsetOf(document, issue.path), message }];
      }
      return issue.keys.map((key) => ({
        offset: offsetOf(document, [...issue.path, key]),
        message: `${[...issue.path, key].map(String).join('.')}: unknown key.${didYouMean(key, keysAt(issue.path))}`,
      }));
    });
    const inFileOrder = problems.toSorted((one, other) => one.offset - other.offset);
    throw new ProfileError(inFileOrder.map((problem) => sentence(at(problem.offset), problem.message)));
  }
  const { machine, choices, known } = parsed.data;
  return {
    name,
    sha256: sha256(text),
    machine: machine ?? {},
    choices: choices ?? {},
    known: (known ?? []).map(({ id, reason, owner, until }, index) => {
      return { id, reason, owner, until, line: lines.linePos(offsetOf(document, ['known', index])).line };
    }),
  };
}

/** Throws a ProfileError for aliases that lead nowhere, or (the library's bound) expand to gigabytes. */
function toPlain(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ProfileError([sentence(`${name}:1:1`, `not YAML: ${(error as Error).message}`)]);
  }
}
