import { readFile } from 'node:fs/promises';
import type { MachineDescription } from '../access/machine.ts';
import { sha256 } from '../core/hash.ts';
import { describeSystemError } from '../core/system-error.ts';
import { YamlText } from '../core/yaml-text.ts';

/** A finding that the owners of a target accept, by its identity; or all findings of a rule that agree in some parts. */
export interface KnownFinding {
  /** The identity (`BAR-007-1a2b3c4d`); undefined: the entry accepts a family. */
  id?: string | undefined;
  /** Id of the rule. */
  rule: string;
  /** Kind of function, as reports write it: `class 020000 8086:10d3`; this and the next two only where there is no id. */
  function?: string | undefined;
  /** As reports write it. */
  register?: string | undefined;
  /** As reports write it. */
  shape?: string | undefined;
  /** Why it is accepted. */
  reason: string;
  /** Who answers for it. */
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
  /** What a trace cannot tell about the machine. */
  machine: Partial<MachineDescription>;
  /** Choices and deviations by name. */
  choices: Readonly<Record<string, string>>;
  /** Findings that are accepted. */
  known: readonly KnownFinding[];
}

/** Everything that is wrong with a profile at once, one `file:line:column: sentence` each. */
export class ProfileError extends Error {
  /** One sentence each, with file, line and column. */
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
  const yaml = YamlText.parse(text, name);
  if (!(yaml instanceof YamlText)) throw new ProfileError(yaml.problems);
  const { profileSchema, keysAt } = await import('./profile-schema.ts');
  const parsed = profileSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw new ProfileError(yaml.problems(parsed.error.issues, keysAt));
  const { machine, choices, known } = parsed.data;
  return {
    name,
    sha256: sha256(text),
    machine: machine ?? {},
    choices: choices ?? {},
    known: (known ?? []).map((entry, index) => ({ ...entry, line: yaml.line(['known', index]) })),
  };
}
