/** Every code block of README.md and docs/ is run or checked; one that no checker knows fails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readText } from '../support/repository.ts';
import { BLOCKS, DOCUMENTS } from './blocks.ts';
import type { Block } from './blocks.ts';
import { ciProblems } from './ci.ts';
import { commandsOf, namingProblem, parseProblem, wordsOf } from './command-lines.ts';
import { shellProblems } from './shell.ts';
import { agrees, consoleProblems, protocolProblems, scenarioProblems } from './texts.ts';
import { textProblems, traceProblems, yamlProblems } from './texts.ts';
import { runSnippet, typeProblems } from './typescript.ts';
import { Workshop } from './workshop.ts';

const typescript = BLOCKS.filter(({ language }) => language === 'ts');
/** What the snippets in TypeScript have printed. */
const printed = new Map<Block, string>();
const leftOut: string[] = [];

let workshop: Workshop;
beforeAll(() => {
  workshop = new Workshop();
  const layout = BLOCKS.find(({ document, language }) => document === 'docs/emulated-target.md' && language === 'yaml');
  writeFileSync(join(workshop.folder, 'machine.yaml'), layout?.text ?? '');
});
afterAll(() => {
  for (const line of leftOut) process.stderr.write(`left out: ${line}\n`);
});

async function problemsOf(block: Block): Promise<string[]> {
  switch (block.language) {
    case 'sh':
      return shellProblems(block, workshop, leftOut);
    case 'ts': {
      const { status, stdout, stderr } = runSnippet(block, workshop);
      printed.set(block, stdout);
      return status === 0 ? [] : [stderr];
    }
    case 'yaml':
      return block.document === 'docs/ci.md' ? ciProblems(block, workshop, leftOut) : yamlProblems(block, workshop);
    case 'scenario':
      return scenarioProblems(block);
    case 'trace':
      return traceProblems(block, workshop);
    case 'console':
      return consoleProblems(block, workshop);
    case 'protocol':
      return protocolProblems(block, workshop);
    case 'text': {
      // Behind a program stands what it prints.
      const output = block.before === undefined ? undefined : printed.get(block.before);
      if (output === undefined || block.document === 'README.md') return textProblems(block, workshop);
      return output.trimEnd() === block.text.trimEnd() ? [] : [`it prints:\n${output}`];
    }
    default:
      return [`nothing is known of blocks of '${block.language}': say what it is, or teach test/docs how to check it`];
  }
}

test.each(BLOCKS)('$document:$line, $language', async (block) => {
  expect(await problemsOf(block)).toEqual([]);
});

test('snippets in TypeScript are right by their types', () => {
  expect(typescript.length).toBeGreaterThan(3);
  expect(typeProblems(typescript)).toEqual([]);
});

test('the commands and options that sentences and tables name exist', () => {
  const named = [...DOCUMENTS, 'CONTRIBUTING.md'].flatMap((document) =>
    [...readText(document).matchAll(/`(?:npx )?barometer ([^`]+)`/g)].map(([, words = '']) => ({ document, words })),
  );
  expect(named.length).toBeGreaterThan(20);
  const wrong = named
    .map(({ document, words }) => `${document}: ${words}: ${namingProblem(wordsOf(words.replaceAll(/[[\]]/g, ' ')))}`)
    .filter((line) => !line.endsWith(': '));
  expect(wrong).toEqual([]);
});

test('pipelines take the program from where it is: no package of this name is published', () => {
  const asked = BLOCKS.filter(({ document, text }) => document === 'docs/ci.md' && text.includes('npx'));
  expect(asked).toEqual([]);
  expect(readText('action.yml')).not.toContain('npx');
});

test('the checkers see what is wrong', () => {
  const block = (language: string, text: string): Block => ({
    document: 'docs/new.md',
    line: 1,
    language,
    text,
    before: undefined,
  });
  expect(parseProblem(['check', 'trace.log', '--stict'])).toContain("unknown option '--stict'");
  expect(parseProblem(['chek', 'trace.log'])).toContain("unknown command 'chek'");
  expect(parseProblem(['fuzz'])).toContain("'--target <target>' not specified");
  expect(namingProblem(['run', '--acesses'])).toBe("'run' has no option --acesses");
  expect(namingProblem(['corpus', 'stats', 'DIR', '--dry-run'])).toBe("'corpus stats' has no option --dry-run");
  expect(namingProblem(['corpus', 'stat', 'DIR'])).toBe("there is no command 'stat'");
  expect(parseProblem(['corpus', 'minimize', 'corpus'])).toContain("'--target <target>' not specified");
  expect(commandsOf('npm ci && \\\n  npm start # now\n\n# nothing\n')).toEqual(['npm ci && npm start']);
  expect(shellProblems(block('sh', 'npm run nothing\ncurl example\n'), workshop, [])).toHaveLength(2);
  for (const program of ['npx barometer', 'node barometer/dist/cli/main.js'])
    expect(shellProblems(block('sh', `${program} check none.log\n`), workshop, [])).toHaveLength(1);
  expect(shellProblems(block('sh', 'git clone https://example.test/other\n'), workshop, [])).toHaveLength(1);
  expect(consoleProblems(block('console', '$ npx barometer --version\nnever\n'), workshop)).toHaveLength(1);
  expect(agrees(['a…c', '…', 'e'], 'abc\nd\ne\n')).toBe(true);
  expect(agrees(['a', 'c'], 'a\nb\nc\n')).toBe(false);
  expect(typeProblems([block('ts', "import { nothing } from 'barometer';\nexport const x: string = 1;\n")])).toEqual([
    expect.stringMatching(/^docs\/new\.md:2: .*no exported member/),
    expect.stringMatching(/^docs\/new\.md:3: .*not assignable/),
  ]);
});
