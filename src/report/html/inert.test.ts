import { expect, test } from 'vitest';
import { embeddable, inert } from './inert.ts';

test('texts anywhere in data are reached', () => {
  expect(inert({ a: ['\u0007'], '\u0008': 1, c: null, d: true })).toEqual({
    a: [String.raw`\u0007`],
    [String.raw`\u0008`]: 1,
    c: null,
    d: true,
  });
});

test('embedded JSON holds nothing that ends or begins an element, and is the same data', () => {
  const data = { a: '</script><script>alert(1)</script><!--' };
  expect(embeddable(data)).not.toContain('<');
  expect(JSON.parse(embeddable(data))).toEqual(data);
});
