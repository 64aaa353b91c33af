/** What a target says of itself: the words behind `OK` in the answer to `hello`. */
import { formatBdf } from '../../access/bdf.ts';
import { formatMachine } from '../../access/machine-text.ts';
import type { TargetDescription } from '../../access/target.ts';

/** `version` is told where the target itself names none. */
export function helloWords(description: TargetDescription, version: string | undefined): string[] {
  const { name, machine, functions, configuration, lines, bars } = description;
  const own = description.version ?? version;
  const words = [`name=${token(name)}`];
  if (own !== undefined) words.push(`version=${token(own)}`);
  // `sync`: whatever answers at once has reported everything when it answers.
  const caps = [...(machine.caps ?? []), 'sync'];
  const { name: _, ...rest } = machine;
  words.push(...formatMachine({ ...rest, caps }));
  if (functions.length > 0) words.push(`fn=${functions.map(formatBdf).join(',')}`);
  if (lines !== undefined) words.push(`lines=${lines.first}-${lines.last}`);
  if (bars !== undefined) words.push(`bars=${bars}`);
  if (configuration !== undefined) words.push(`conf=${token(configuration)}`);
  return words;
}

/** One word of visible ASCII. */
function token(text: string): string {
  return text.replace(/[^\x21-\x7e]+/g, '-') || '-';
}
