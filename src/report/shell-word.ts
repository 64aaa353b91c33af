import { inertLine } from '../core/inert-text.ts';

/**
 * As a shell takes it for one word. What must not be shown as it is stands as its bytes in `$'…'` (POSIX 2024, 2.2.4; bash,
 * zsh and busybox have it), so that a command that was copied from a page or a log is the one that was meant.
 */
export function shellWord(text: string): string {
  if (inertLine(text, Infinity) !== text) return `$'${[...Buffer.from(text)].map(quotedByte).join('')}'`;
  return /^[\w:,./=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A path as an argument: what begins with a dash is no option. `-` stays what it is. */
export function fileWord(path: string): string {
  return shellWord(path.startsWith('-') && path !== '-' ? `./${path}` : path);
}

function quotedByte(byte: number): string {
  const letter = String.fromCharCode(byte);
  return /[\w ./=@+,-]/.test(letter) ? letter : `\\${byte.toString(8).padStart(3, '0')}`;
}
