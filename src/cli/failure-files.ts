/** A failure for people: its steps on the screen, and the files that show it again. */
import type { Failure } from '../campaign/reduce.ts';
import { qtestScript } from '../report/qtest-script.ts';
import { shellWord } from '../report/shell-word.ts';
import { plural } from '../report/wrap.ts';
import { qemuCommand } from '../targets/wire/qemu.ts';
import { kindOf } from './lockstep-options.ts';

export function failureText({ finding, scenario, reproduced, executions }: Failure): string {
  const steps = scenario.split('\n').filter((line) => line !== '');
  const found =
    steps.length === 0
      ? 'no step is needed: it shows when the target is started and enumerated'
      : `${plural(steps.length, 'step')}, after ${plural(executions, 'run')}`;
  const head = reproduced ? `${finding.id}: ${found}` : `${finding.id}: it did not come back on a fresh machine`;
  return `${head}\n${steps
    .slice(0, 20)
    .map((step) => `  ${step}\n`)
    .join('')}\n`;
}

/** Scenario, trace and the command that runs it again, for each failure by its directory in the report. */
export function failureFiles(
  failures: ReadonlyMap<string, Failure>,
  target: string,
  layout: string | undefined,
): Map<string, string> {
  const files = new Map<string, string>();
  const layoutWords = layout === undefined || kindOf(target) !== 'emulated' ? '' : ` --layout ${shellWord(layout)}`;
  for (const [place, { finding, scenario, trace, reproducer }] of failures) {
    files.set(`${place}/scenario.txt`, `# breaks ${finding.rule}\n${scenario}`);
    files.set(`${place}/trace.txt`, trace);
    if (reproducer !== undefined)
      files.set(`${place}/reproduce.qtest`, qtestScript(reproducer, startCommand(target), 'reproduce.qtest'));
    files.set(`${place}/command.txt`, `barometer run scenario.txt --target ${shellWord(target)}${layoutWords}\n`);
  }
  return files;
}

/** How a target is started by hand, with the target protocol on its standard input. */
function startCommand(target: string): string {
  const rest = target.slice(target.indexOf(':') + 1);
  switch (kindOf(target)) {
    case 'qemu':
      return qemuCommand(rest, 'stdio').command;
    case 'exec':
      return `( ${rest} )`;
    default:
      return `socat -t 5 - UNIX-LISTEN:${rest}`;
  }
}
