/** The fenced code blocks of the documents. */
import { readText, repositoryFiles } from '../support/repository.ts';

export interface Block {
  document: string;
  /** Line of the fence, from 1. */
  line: number;
  /** The word behind the fence; empty: none. */
  language: string;
  text: string;
  /** The block before it in the same document. */
  before: Block | undefined;
}

/** Written by programs, which have tests of their own. */
const GENERATED = /^docs\/(api|score|sensitivity|conformance\/.*)\.md$/;

/** README.md, and everything below docs/ that people have written. */
export const DOCUMENTS = repositoryFiles().filter(
  (path) => /^(README|docs\/.*)\.md$/.test(path) && !GENERATED.test(path),
);

/** Throws where a fence is not closed. */
function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; fence: string; language: string; lines: string[] } | undefined;
  for (const [index, line] of readText(document).split('\n').entries()) {
    const [, fence, language = ''] = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { line: index + 1, fence, language, lines: [] };
    } else if (line.trim() === open.fence) {
      const { line: at, language: word, lines } = open;
      blocks.push({ document, line: at, language: word, text: `${lines.join('\n')}\n`, before: blocks.at(-1) });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${document}:${open.line}: the code block is not closed.`);
  return blocks;
}

export const BLOCKS = DOCUMENTS.flatMap((document) => blocksOf(document));
