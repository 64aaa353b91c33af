/** Snippets in shell: each command is run where that is cheap, and held against the command line parser in any case. */
import { existsSync } from 'node:fs';
import { readText, TOP } from '../support/repository.ts';
import type { Block } from './blocks.ts';
import { commandsOf, parseProblem, wordsOf } from './command-lines.ts';
import { SOME_FAULT } from './workshop.ts';
import type { Workshop } from './workshop.ts';

/** A QEMU that runs its firmware for a moment, where a document says only `…`. */
const SOME_QEMU = '-machine q35 -nodefaults -display none -accel tcg';
const MOMENT = 2000;

/** The program in a checkout called `barometer`, which pipelines make. */
const CHECKED_OUT = 'barometer/dist/cli/main.js';

/** Commands of npm that need no script of that name. */
const NPM_COMMANDS = new Set(['ci']);
const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };

/** What is wrong with the commands of a block, each with its command; `leftOut` gets those that were not run, with the reason. */
export function shellProblems(block: Block, workshop: Workshop, leftOut: string[]): string[] {
  if (block.text.startsWith('cd /sys/kernel/tracing\n')) return kvmProblems(block, leftOut);
  return commandsOf(block.text)
    .flatMap((line) => line.split(/\s*&&\s*/))
    .flatMap((command) => {
      const problem = commandProblem(command, workshop, leftOut);
      return problem === '' ? [] : [`${command}: ${problem}`];
    });
}

function commandProblem(command: string, workshop: Workshop, leftOut: string[]): string {
  const [program = '', first = '', second = ''] = wordsOf(command);
  if (program === 'npm') {
    const script = first === 'run' ? second : first;
    return NPM_COMMANDS.has(script) || scripts[script] !== undefined ? '' : `npm has no script '${script}' here`;
  }
  if (program === 'npx' && first === 'barometer') return barometerProblem(command, workshop, leftOut);
  if (program === 'node' && first === CHECKED_OUT) {
    if (!existsSync(TOP + CHECKED_OUT.replace('barometer/', ''))) return `a checkout has no ${CHECKED_OUT}`;
    return barometerProblem(command.replace(`node ${CHECKED_OUT}`, 'npx barometer'), workshop, leftOut);
  }
  if (program === 'git' && first === 'clone') {
    leftOut.push(`${command}: it would come from elsewhere`);
    return second.endsWith('/barometer') ? '' : 'nothing of Barometer is cloned';
  }
  if (program === 'qemu-system-x86_64') return qemuProblem(command, workshop, leftOut);
  return 'nothing is known of this program: test/docs/shell.ts has to learn how it is checked';
}

function barometerProblem(command: string, workshop: Workshop, leftOut: string[]): string {
  const line = command.replace('SOME-FAULT', SOME_FAULT);
  const words = wordsOf(line.replace(/\s>.*$/, '')).slice(2);
  const problem = parseProblem(words);
  if (problem !== '') return problem;
  const reason = reasonToLeaveOut(command, workshop);
  if (reason !== undefined) {
    leftOut.push(`${command}: ${reason}`);
    return '';
  }
  const { status, stderr } = workshop.shell(line);
  // Who shrinks a scenario that breaks a rule is told that it does.
  const expected = words[0] === 'shrink' ? 1 : 0;
  return status === expected ? '' : `it ended with ${status}, not ${expected}: ${stderr}`;
}

function reasonToLeaveOut(command: string, { hasAdapter, hasQemu }: Workshop): string | undefined {
  if (command.includes('unix:')) return 'no machine monitor connects to the socket';
  if (command.includes('redis:')) return 'no Redis answers at this place';
  if (command.includes('exec:./adapter') && !hasAdapter) return 'there is no C compiler (cc)';
  return command.includes('qemu:') && !hasQemu ? 'there is no qemu-system-x86_64' : undefined;
}

/** A recording of a moment: it has to be one that `check` can judge. */
function qemuProblem(command: string, workshop: Workshop, leftOut: string[]): string {
  if (!workshop.hasQemu) {
    leftOut.push(`${command}: there is no qemu-system-x86_64`);
    return '';
  }
  const line = `exec ${command.replace('…', SOME_QEMU).replaceAll('trace.log', 'recorded.log')}`;
  const { stderr } = workshop.shell(line, { milliseconds: MOMENT });
  const said = stderr.split('\n').filter((text) => text !== '' && !text.includes('terminating on signal'));
  if (said.length > 0) return said.join(' ');
  const { status, stdout } = workshop.shell('npx barometer check recorded.log --profile qemu-q35');
  return status === 0 ? '' : `the recording is judged with status ${status}: ${stdout.slice(-500)}`;
}

/** Nobody may trace a kernel in a test; the importer must know the events, though. */
function kvmProblems({ text }: Block, leftOut: string[]): string[] {
  leftOut.push('the recording under KVM: it needs a kernel that may be traced');
  const events = [...text.matchAll(/events\/kvm\/(\w+)\/enable/g)].map(([, name = '']) => name);
  const importer = readText('src/trace/kvm-text.ts');
  const unknown = events.filter((name) => !importer.includes(name));
  return [...(events.length === 0 ? ['no event is switched on'] : []), ...unknown.map((name) => `${name}: not read`)];
}
