/**
 * Text from outside (names of files and devices, what a target says, error texts), made such that it steers nothing that
 * shows it: no terminal, no log of a CI system, no page. What is odd stays visible, as JSON would write it.
 */

/**
 * Controls; formats, such as marks that turn the direction of writing and spaces without width; private use; lone halves
 * of a pair; separators of lines; what XML cannot hold.
 */
const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;
const ODD_BUT_LINES = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

/** What may be in a whole text: lines and tabs; of a text in colours also the sequences that make them (ECMA-48, 8.3.117). */
const ODD_IN_OUTPUT = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;
const ODD_OR_STYLE = new RegExp(String.raw`\u001B\[[0-9]{1,2}m|${ODD_IN_OUTPUT.source}`, 'gu');

/** What the runner of GitHub Actions takes for commands: `::error::…` behind blanks, `##[error]…` anywhere. */
const LOG_COMMAND = /(?<=^|\s):(?=:)|(?<=#)#(?=\[)/g;

/** Letters that one piece of text may have, unless the caller says otherwise. */
const LETTERS_AT_MOST = 4000;

/** As one line: line ends and tabs are blanks. What is longer than `atMost` is cut, and says so. */
export function inertLine(text: string, atMost: number = LETTERS_AT_MOST): string {
  return shortened(text, atMost, (part) => part.replaceAll(/\r?\n|\t/g, ' ').replaceAll(ODD, escaped));
}

/** The same, but lines stay lines. */
export function inertLines(text: string, atMost: number = LETTERS_AT_MOST): string {
  return shortened(text, atMost, (part) =>
    part.replaceAll('\r\n', '\n').replaceAll('\t', '  ').replaceAll(ODD_BUT_LINES, escaped),
  );
}

/**
 * A whole text that a program prints, made of its own words and of such from outside: whatever has been forgotten to be made
 * inert before steers nothing. `styled`: the text has colours, which are kept.
 */
export function inertOutput(text: string, styled: boolean): string {
  const made = styled
    ? text.replaceAll(ODD_OR_STYLE, (odd) => (odd.length > 2 ? odd : escaped(odd)))
    : text.replaceAll(ODD_IN_OUTPUT, escaped);
  return made.replaceAll(LOG_COMMAND, escaped);
}

/** A value as JSON of the same meaning in which no text is odd; indented by two blanks, with a line end. */
export function inertJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(ODD_BUT_LINES, escaped).replaceAll(LOG_COMMAND, escaped)}\n`;
}

function shortened(text: string, atMost: number, make: (part: string) => string): string {
  // A pair is not cut in half.
  const end = /[\uD800-\uDBFF]/.test(text[atMost - 1] ?? '') ? atMost - 1 : atMost;
  const rest = text.length - end;
  const made = make(rest > 0 ? text.slice(0, end) : text).replaceAll(LOG_COMMAND, escaped);
  return rest > 0 ? `${made}… (${rest} letters more)` : made;
}

/** `\u001b`: as JSON has it, in two halves beyond 16 bits. */
function escaped(odd: string): string {
  return Array.from({ length: odd.length }, (_, at) => odd.charCodeAt(at))
    .map((unit) => String.raw`\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
