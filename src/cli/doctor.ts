/** `barometer doctor`: which targets this machine can drive, and what is missing for the others. */
import { execFileSync } from 'node:child_process';
import { inertJson, inertLine } from '../core/inert-text.ts';
import { paintFor } from '../report/paint.ts';
import { table } from '../report/table.ts';
import { missingQemu } from '../targets/wire/qemu.ts';
import { EXIT } from './exit-status.ts';
import { print } from './say.ts';

/** The QEMUs that shipped profiles know. */
const QEMUS = ['qemu-system-x86_64', 'qemu-system-aarch64'];
/** What a QEMU may take to tell its version, in milliseconds. */
const PATIENCE = 10_000;

interface Diagnosis {
  what: string;
  ready: boolean;
  detail: string;
}

/** Prints a line for each kind of target. Returns 0 also when something is missing: the rest can be used. */
export function runDoctor(options: { json?: boolean }): number {
  const all = [
    { what: 'emulated', ready: true, detail: 'comes with Barometer' },
    ...QEMUS.map(qemu),
    {
      what: 'exec:, unix:',
      ready: true,
      detail: 'any adapter that speaks the target protocol; see docs/target-protocol.md',
    },
  ];
  if (options.json === true) {
    print(inertJson(all));
    return EXIT.conforms;
  }
  const paint = paintFor(process.stdout);
  const rows = table(all.map(({ what, ready, detail }) => [what, ready ? 'ready' : 'missing', inertLine(detail)]));
  for (const [row, { ready }] of all.entries()) print(`${ready ? rows[row] : paint('yellow', rows[row]!)}\n`);
  return EXIT.conforms;
}

function qemu(binary: string): Diagnosis {
  const missing = missingQemu(binary, process.env['PATH'] ?? '');
  return missing === undefined ? started(binary) : { what: binary, ready: false, detail: missing };
}

/** A QEMU may be installed and not run: for want of a library, or on a machine of another kind. */
function started(binary: string): Diagnosis {
  try {
    const text = execFileSync(binary, ['--version'], { encoding: 'utf8', timeout: PATIENCE, stdio: 'pipe' });
    return { what: binary, ready: true, detail: text.split('\n')[0] ?? '' };
  } catch (error) {
    return { what: binary, ready: false, detail: `it is installed and does not start: ${complaint(error)}` };
  }
}

/** What a program has said before it failed; else how it failed. */
function complaint(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return [...stderr.split('\n'), ...message.split('\n')].find((line) => line.trim() !== '') ?? 'it does not say why';
}
