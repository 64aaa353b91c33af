/** Command lines as they stand in documents, held against the real command line parser. */
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { makeProgram } from '../../src/cli/program.ts';

/** The words of a line of shell: blanks between them, single quotes around some. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** The commands of a block of shell, without comments; a line that ends in `\` goes on in the next. */
export function commandsOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** What the parser says against the words behind `barometer`; empty: nothing. Nothing is carried out. */
export function parseProblem(words: readonly string[]): string {
  const program = makeProgram(() => undefined);
  for (const one of withCommands(program)) {
    one.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (one.commands.length === 0) one.action(() => undefined);
  }
  try {
    program.parse([...words], { from: 'user' });
    return '';
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? '' : error.message;
    throw error;
  }
}

/** A command, its own commands, and theirs. */
function withCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withCommands)];
}

const program = makeProgram(() => undefined);

/** What is wrong with a command that is named in a sentence, `barometer check TRACE --strict`: operands may be missing. */
export function namingProblem(words: readonly string[]): string {
  const isOption = (word: string): boolean => /^-+[a-z]/i.test(word);
  let command: Command = program;
  let name = '';
  for (const word of words.filter((one) => !isOption(one))) {
    // A capital letter: a word that stands for any command. The rest of the words are operands.
    if (/^[A-Z]/.test(word) || command.commands.length === 0) break;
    const found = command.commands.find((one) => one.name() === word);
    if (found === undefined) return `there is no command '${word}'`;
    command = found;
    name = name === '' ? word : `${name} ${word}`;
  }
  const unknown = words.filter(isOption).find((word) => !hasOption(command, word.split('=')[0] as string));
  return unknown === undefined ? '' : `'${name}' has no option ${unknown}`;
}

function hasOption(command: Command, word: string): boolean {
  return word === '--help' || command.options.some(({ long, short }) => long === word || short === word);
}
