import { marked } from 'marked';
import { expect, test } from 'vitest';
import { HOSTILE, ODD } from '../../test/support/hostile.ts';
import { inertLine } from '../core/inert-text.ts';
import { code, codeBlock, codeCell, paragraph, prose } from './markdown.ts';

/** HTML as text: without tags, entities as what they stand for. */
function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
const tagsOf = (html: string): string[] => [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
/** What GitHub links by itself, outside of code. */
const LINKED = /@\w|#\d|GH-\d|:\/\/|www\./;
const outsideOfCode = (html: string): string => textOf(html.replaceAll(/<code>.*?<\/code>/gs, ''));

test.each(Object.entries(HOSTILE))('%s: as a paragraph it is text and code, and says the same', (_, text) => {
  const html = marked.parse(paragraph(text), { async: false });
  expect(tagsOf(html).filter((tag) => !['<p>', '<code>'].includes(tag))).toEqual([]);
  expect(outsideOfCode(html)).not.toMatch(LINKED);
  expect(squeezed(textOf(html))).toBe(squeezed(inertLine(text)));
  expect(paragraph(text)).not.toMatch(ODD);
});

test.each(Object.entries(HOSTILE))('%s: as code it is code', (_, text) => {
  const line = marked.parse(`x ${code(text)} y`, { async: false });
  expect(tagsOf(line)).toEqual(['<p>', '<code>']);
  expect(squeezed(textOf(line))).toBe(squeezed(`x ${inertLine(text)} y`));
  const block = marked.parse(codeBlock(text), { async: false });
  expect(tagsOf(block)).toEqual(['<pre>', '<code class="language-text">']);
});

test.each(Object.entries(HOSTILE))('%s: in a table it stays in its cell', (_, text) => {
  const html = marked.parse(`| a | b |\n| --- | --- |\n| ${codeCell(text)} | ${prose(text)} |\n`, { async: false });
  const tags = tagsOf(html).filter((tag) => tag !== '<code>');
  expect(tags).toEqual(['<table>', '<thead>', '<tr>', '<th>', '<th>', '<tbody>', '<tr>', '<td>', '<td>']);
  expect(outsideOfCode(html)).not.toMatch(LINKED);
});

test('no line of a paragraph begins a list, a heading, a rule or a quotation', () => {
  const filler = 'word '.repeat(15);
  for (const start of ['- a', '+ a', '* a', '# a', '> a', '1. a', '12) a', '=== a', '---']) {
    const html = marked.parse(paragraph(`${filler}filled ${start}`), { async: false });
    expect(tagsOf(html)).toEqual(['<p>']);
  }
  expect(
    paragraph('word '.repeat(100))
      .split('\n')
      .every((line) => line.length <= 78),
  ).toBe(true);
});

test('empty code is still code', () => {
  expect([code(''), code('`'), code('a``b')]).toEqual(['` `', '`` ` ``', '```a``b```']);
});
