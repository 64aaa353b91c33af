import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readText, repositoryFiles, TOP } from '../support/repository.ts';

const files = repositoryFiles();
const isText = (path: string): boolean => /\.(ts|js|mjs|json|md|ya?ml|txt)$|^\.ci\/|^\.[a-z]+(rc|ignore)$/.test(path);
const texts = files.filter((path) => isText(path) && path !== 'package-lock.json');
const sources = files.filter((path) => path.endsWith('.ts'));

test('the listing sees the repository', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(files).toContain('package.json');
});

test('no file names a path of the machine it was written on, or the host of a package registry', () => {
  // Written in pieces, or this file would name them itself.
  const banned = [
    '/wo' + 'rk/',
    '/home/' + 'user',
    '/ro' + 'ot/',
    '/Us' + 'ers/',
    'registry.' + 'npmjs',
    'deb.' + 'debian',
  ];
  const offenders = texts.flatMap((path) => {
    const text = readText(path);
    return banned.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
  });
  expect(offenders).toEqual([]);
});

test('no source file is longer than 450 lines', () => {
  const long = sources.filter((path) => readText(path).split('\n').length > 450);
  expect(long).toEqual([]);
});

test('no test runs alone, is skipped or is only planned', () => {
  const marks = new RegExp(String.raw`\b(describe|test|it)\s*\.\s*(only|skip|todo|fails)\b`);
  expect(sources.filter((path) => marks.test(readText(path)))).toEqual([]);
});

test('no unfinished marks', () => {
  const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].map((word) => String.raw`\b${word}\b`).join('|'));
  expect(texts.filter((path) => marks.test(readText(path)))).toEqual([]);
});

test('time and chance enter only where they may', () => {
  const clock = /Math\.random|Date\.now|new Date\(\)|performance\.now|process\.hrtime/;
  const offenders = sources.filter((path) => path.startsWith('src/') && clock.test(readText(path)));
  expect(offenders.filter((path) => !/^src\/(core|cli)\//.test(path))).toEqual([]);
});

test('file names are in kebab case', () => {
  const odd = sources.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.split('/').at(-1) ?? ''));
  expect(odd).toEqual([]);
});

test('what git carries stays small: no file above 8 MiB, corpora at most 30 MiB in all', () => {
  const size = (path: string): number => statSync(TOP + path).size;
  expect(files.filter((path) => size(path) > 8 << 20)).toEqual([]);
  const corpora = files.filter((path) => path.startsWith('corpora/'));
  expect(corpora.reduce((sum, path) => sum + size(path), 0)).toBeLessThan(30 << 20);
});

test('every relative link in a document leads somewhere', () => {
  const broken = files
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => {
      const links = [...readText(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] as string);
      const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
      return links
        .map((link) => new URL(folder + link, 'file:///').pathname.slice(1))
        .filter((target) => !files.some((file) => file === target || file.startsWith(`${target.replace(/\/$/, '')}/`)))
        .map((target) => `${path}: ${target}`);
    });
  expect(broken).toEqual([]);
});
