import { isNode, visit } from 'yaml';
import type { Node, YAMLSeq } from 'yaml';

/**
 * Moves each comment of a list of a profile to the entry that it stands over, or to the end of the list. The YAML reader
 * gives a comment over the first entry to the list, and one between two entries to the upper one when a comment that is
 * indented like that one comes before: an entry that is removed or added there would part it from what it speaks of.
 * `text`: what `list` was read from.
 */
export function settleComments(list: YAMLSeq, text: string): void {
  const entries = list.items.filter(isNode);
  if (entries.length === 0) return;
  let over = joined(list.commentBefore);
  list.commentBefore = null;
  for (const entry of entries) {
    entry.commentBefore = joined(over, entry.commentBefore);
    over = takeCommentsBelow(entry, text);
  }
  list.comment = joined(over, list.comment);
}

/** All comments over and in an entry, without the space around them. */
export function commentsOf(entry: Node): string {
  let comments: string | null = null;
  visit(entry, {
    Node: (_, node) => {
      comments = joined(comments, node.commentBefore, node.comment);
    },
  });
  return (comments ?? '').trim();
}

/** Takes the comments from an entry that stand after it rather than in it. */
function takeCommentsBelow(entry: Node, text: string): string | null {
  const inside = entry.comment?.split('\n') ?? [];
  const below: string[] = [];
  for (let count = countBelow(entry, text); count > 0 && inside.length > 0;) {
    const line = inside.pop() as string;
    below.unshift(line);
    // A blank line between comments is no comment; an empty comment has a space.
    if (line !== '') count--;
  }
  if (below.length === 0) return null;
  entry.comment = inside.length > 0 ? inside.join('\n') : null;
  return below.join('\n');
}

/** The lines with comments below an entry from the first on that is indented less. */
function countBelow({ range }: Node, text: string): number {
  const [start, end] = range as [number, number, number];
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  let count = 0;
  // The end of a block is the beginning of the next line, that of other values is in their last line.
  const next = text.indexOf('\n', end - 1) + 1;
  for (const line of next === 0 ? [] : text.slice(next).split('\n')) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (line[indent] !== '#') break;
    if (count > 0 || indent < column) count++;
  }
  return count;
}

function joined(...comments: readonly (string | null | undefined)[]): string | null {
  return comments.filter((comment) => comment !== null && comment !== undefined).join('\n') || null;
}
