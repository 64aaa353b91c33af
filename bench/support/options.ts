import { parseArgs } from 'node:util';
import { EXIT, UsageError } from '../../src/cli/exit-status.ts';
import { didYouMean } from '../../src/core/nearest.ts';

type Defaults = Record<string, string | number | boolean>;

/**
 * Options of a bench, from its command line: each has a default, and that default says of what kind it is. Ends the process
 * after `--help`, or when the words are wrong: with what is wrong, and the options.
 */
export function benchOptions<T extends Defaults>(defaults: T): T {
  const words = process.argv.slice(2);
  const list = Object.entries(defaults).map(([name, value]) => {
    return `  --${name}${typeof value === 'boolean' ? '' : ` ${JSON.stringify(value)}`}\n`;
  });
  const usage = `Options, with their defaults:\n${list.join('')}`;
  if (words.includes('--help')) {
    process.stdout.write(usage);
    process.exit(EXIT.conforms);
  }
  try {
    return readOptions(words, defaults);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(EXIT.usage);
  }
}

/** The defaults with what the words say otherwise. Throws a UsageError of one line. */
export function readOptions<T extends Defaults>(words: readonly string[], defaults: T): T {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  // Not strict: the messages of Node would be of other things than a bench has.
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  const given: Defaults = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(`${token.value}: a bench takes options only`);
    const { name, value } = token;
    const standard = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (standard === undefined)
      throw new UsageError(`--${name}: there is no such option.${didYouMean(name, Object.keys(defaults))}`);
    if (typeof standard === 'boolean') {
      if (value !== undefined) throw new UsageError(`--${name} takes no value`);
      given[name] = true;
      continue;
    }
    // What follows may be the next option.
    if (value === undefined || (!token.inlineValue && value.startsWith('-')))
      throw new UsageError(`--${name} needs a value`);
    given[name] = typeof standard === 'number' ? wholeNumber(name, value) : value;
  }
  return { ...defaults, ...given };
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!(Number.isInteger(number) && number > 0))
    throw new UsageError(`--${name} must be a whole number above 0, not ${value}`);
  return number;
}
