import { expect, test } from 'vitest';
import { embeddable, inert, inertText } from './inert.ts';

test('controls, marks of direction and lone surrogates are shown by their numbers', () => {
  expect(inertText('a\u0000b\u001b[31m\u202egnp\u2066.\ud800')).toBe(
    'a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+202E⟩gnp⟨U+2066⟩.⟨U+D800⟩',
  );
  expect(inertText('two\nlines, ümläut, 中文, 😀')).toBe('two\nlines, ümläut, 中文, 😀');
});

test('a text of ten million letters is cut, and says so', () => {
  const text = inertText('x'.repeat(10_000_000));
  expect(text.length).toBeLessThan(5000);
  expect(text).toContain('cut: 10000000 characters in all');
});

test('texts anywhere in data are reached', () => {
  expect(inert({ a: ['\u0007'], '\u0008': 1, c: null, d: true })).toEqual({
    a: ['⟨U+0007⟩'],
    '⟨U+0008⟩': 1,
    c: null,
    d: true,
  });
});

test('embedded JSON holds nothing that ends or begins an element, and is the same data', () => {
  const data = { a: '</script><script>alert(1)</script><!--' };
  expect(embeddable(data)).not.toContain('<');
  expect(JSON.parse(embeddable(data))).toEqual(data);
});
