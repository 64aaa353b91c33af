/**
 * Text from outside in Markdown, without meaning in it: no markup, no HTML, no links, nobody mentioned. What GitHub would
 * link by itself (addresses, @names, #numbers) stands in code, the only place where it does not.
 */
import { inertLine, inertLines } from '../core/inert-text.ts';
import { wrap } from './wrap.ts';

const COLUMNS = 78;

/** As code within a line. */
export function code(text: string, atMost?: number): string {
  const line = inertLine(text, atMost);
  if (line.trim() === '') return '` `';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}

/** As code in the cell of a table, where a bar ends the cell even in code. */
export function codeCell(text: string, atMost?: number): string {
  return code(text, atMost).replaceAll('|', String.raw`\u007c`);
}

/** As a block of code. Ends with a newline. */
export function codeBlock(text: string, atMost?: number, language = 'text'): string {
  const lines = inertLines(text, atMost).trimEnd();
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}\n`;
}

/** A command as a block of code: whole, since half a command does something else. Ends with a newline. */
export function commandBlock(command: string): string {
  // Not every shell has `$'…'`, as which shellWord writes what is odd.
  return codeBlock(command, Infinity, 'bash');
}

/** What GitHub links: addresses, mails and @names, numbers of issues. */
const LINKED = /\S*(?:[a-z][a-z0-9+.-]*:\/\/|www\.|@|#\d|\bGH-\d)\S*/gi;

/** As prose within a line. */
export function prose(text: string, atMost?: number): string {
  const line = inertLine(text, atMost);
  let made = '';
  let from = 0;
  for (const match of line.matchAll(LINKED)) {
    made += withoutMarkup(line.slice(from, match.index)) + code(match[0]);
    from = match.index + match[0].length;
  }
  return made + withoutMarkup(line.slice(from));
}

/** As a paragraph of prose, in lines that a mail can hold. Ends with a newline. */
export function paragraph(text: string, atMost?: number): string {
  // What begins a line may be a heading, a list, a quotation or a rule.
  const lines = wrap(prose(text, atMost), COLUMNS).map((line) =>
    line.replace(/^(\d+)([.)])/, String.raw`$1\$2`).replace(/^([-+=#])/, String.raw`\$1`),
  );
  return `${lines.join('\n')}\n`;
}

function withoutMarkup(text: string): string {
  return text.replaceAll(/[\\`*[\]<>&|~$]|(?<!\w)_|_(?!\w)/g, String.raw`\$&`);
}
