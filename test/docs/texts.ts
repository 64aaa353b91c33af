/** Snippets in notations of Barometer's own, and what its commands print. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runScenario } from '../../src/check/lockstep/run-scenario.ts';
import { parseProfile } from '../../src/check/profile.ts';
import { replayTrace } from '../../src/check/replay.ts';
import { createEmulated, DEFAULT_LAYOUT, parseLayout } from '../../src/targets/emulated/index.ts';
import { readText, TOP } from '../support/repository.ts';
import type { Block } from './blocks.ts';
import { parseProblem, wordsOf } from './command-lines.ts';
import type { Workshop } from './workshop.ts';

/** A scenario: it can be bound on the default machine, and is silent there. */
export function scenarioProblems({ text }: Block): string[] {
  const { findings } = runScenario(text, { open: () => createEmulated({ layout: DEFAULT_LAYOUT }) });
  return findings.map(({ first }) => `${first.rule}: ${first.explanation}`);
}

/** A trace: every line can be read, and nothing is wrong with what it tells. */
export async function traceProblems({ text }: Block, { folder }: Workshop): Promise<string[]> {
  const path = join(folder, 'snippet.trace');
  writeFileSync(path, text);
  const { problems, findings } = await replayTrace(path);
  return [...problems, ...findings.map(({ first }) => `${first.rule}: ${first.explanation}`)];
}

/** YAML is what its document is about. The parsers throw errors that name every problem. */
export async function yamlProblems({ document, text }: Block, workshop: Workshop): Promise<string[]> {
  switch (document) {
    case 'docs/profiles.md':
      await parseProfile(text, document);
      return [];
    case 'docs/emulated-target.md':
      createEmulated({ layout: await parseLayout(text, document) });
      return [];
    case 'docs/assign.md': {
      writeFileSync(join(workshop.folder, 'devices.yaml'), text);
      const { status, stderr } = workshop.shell('npx barometer assign devices.yaml');
      return status === 0 ? [] : [`barometer assign ended with ${status}: ${stderr}`];
    }
    case 'docs/campaigns.md': {
      // A workflow of GitHub: its commands, with something in the place of what is filled in there.
      const commands = [...text.matchAll(/npx barometer (.*)$/gm)].map(([, words = '']) =>
        words.replaceAll(/\$\{\{[^}]*\}\}/g, '1').replace(/\s\|\|.*$/, ''),
      );
      if (commands.length === 0) return ['no command of Barometer is in it'];
      return commands.map((words) => parseProblem(wordsOf(words))).filter((problem) => problem !== '');
    }
    default:
      return [`nothing is known of YAML in ${document}: test/docs/texts.ts has to learn what it is`];
  }
}

/** `$ command`, then what it prints; of a conversation by the target protocol also what is typed. */
export function consoleProblems({ text }: Block, workshop: Workshop): string[] {
  const [command = '', ...shown] = text.trimEnd().split('\n');
  if (!command.startsWith('$ npx barometer ')) return ['it does not begin with `$ npx barometer`'];
  const typed = command.includes(' serve ') ? shown.filter((line) => !/^(OK|FAIL|MSI|IRQ)\b/.test(line)) : [];
  const { stdout } = workshop.shell(command.slice(2), { input: `${typed.join('\n')}\n`, cwd: TOP });
  const printed = shown.filter((line) => !typed.includes(line));
  return agrees(printed, stdout) ? [] : [`it prints:\n${stdout.slice(0, 4000)}`];
}

/** `> command   remark` and `< answer`. */
export function protocolProblems({ text }: Block, workshop: Workshop): string[] {
  const lines = text.trimEnd().split('\n');
  const of = (sign: string): string[] =>
    lines.filter((line) => line.startsWith(`${sign} `)).map((line) => line.slice(2).replace(/\s{2,}.*$/, ''));
  const { stdout } = workshop.shell('npx barometer serve emulated', { input: `${of('>').join('\n')}\n` });
  return agrees(of('<'), stdout) ? [] : [`it answers:\n${stdout}`];
}

/** Whether output is as shown; `…` stands for any part of a line or, on a line of its own, for any lines. */
export function agrees(shown: readonly string[], output: string): boolean {
  const pattern = shown
    .map((line) => {
      if (line.trim() === '…') return '(?:.*\n)*?';
      return `${line
        .split('…')
        .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
        .join('.*')}\n`;
    })
    .join('');
  return new RegExp(`^${pattern}$`).test(output);
}

/** Text without a notation: the form of a verdict, and the diagram of the rooms. */
export function textProblems({ document, text }: Block, workshop: Workshop): string[] {
  switch (`${document} ${text.split(/\s/)[0]}`) {
    case 'README.md BROKEN': {
      const rows = (verdict: string): string[] =>
        [...verdict.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, row = '']) => row);
      const { stdout } = workshop.shell('npx barometer check bad.log');
      const [verdict = ''] = stdout.split('\n\n');
      return rows(verdict).join(' ') === rows(text).join(' ') ? [] : [`a verdict looks so:\n${verdict}`];
    }
    case 'docs/architecture.md recorded': {
      const rooms = [...text.matchAll(/\b(trace|check|model|spec|report)\b(?!ed)/g)].map(([, room = '']) => room);
      const words = readText(document);
      const nouns = [...text.matchAll(/─▶ ([A-Z]\w+), (\w+)/g)].flatMap(([, ...found]) => found);
      const missing = [
        ...[...new Set(rooms)].filter((room) => !existsSync(`${TOP}src/${room}`)),
        ...nouns.filter((noun) => !words.includes(`- **${noun}**`)),
      ];
      return missing.map((name) => `${name} is neither a room nor one of the words`);
    }
    default:
      return ['nothing is known of this text: test/docs/texts.ts has to learn how it is checked'];
  }
}
