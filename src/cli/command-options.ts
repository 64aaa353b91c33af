/** Options that several commands have, and what they are defined with. */
import { Option } from 'commander';
import type { Command } from 'commander';

/** Gets the exit status of the command that is carried out. */
export type SetStatus = (status: number) => void;

/** Collects the values of an option that may be given several times or as a list with commas. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, ...value.split(',').filter((word) => word !== '')];
}

/** Options that say what makes a run fail; `strict`: what that one adds. */
export function withGate(
  command: Command,
  strict = 'every new finding fails, whatever its strength, and so do profile entries not in order',
): Command {
  return command
    .option('--strict', strict)
    .option('--today <date>', 'with --strict: known findings whose "until" lies before YYYY-MM-DD fail, too');
}

const TARGET = 'emulated[:FAULT,…], exec:COMMAND, unix:PATH or qemu:ARGS; see docs/target-protocol.md';
const PROFILE = 'what is stated about the target';

/** Options of the commands that drive one target. */
export function withTarget(command: Command): Command {
  return withRules(command.requiredOption('--target <target>', TARGET).option('--profile <name|file>', PROFILE));
}

/** Options of the commands that compare targets, too. */
export function withTargets(command: Command): Command {
  const all = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];
  return withRules(
    command
      .requiredOption('--target <target>', `${TARGET}; give it again to compare targets`, all)
      .option('--profile <name|file>', `${PROFILE}; of several: one for all, or one for each (none: without)`, all),
  );
}

function withRules(command: Command): Command {
  return command
    .option('--timeout <seconds>', 'time that a target may take for one answer', '10')
    .option(
      '--layout <file|random:seed>',
      'the machine of the emulated target (default: one with functions of every kind)',
    )
    .addOption(
      new Option('--only <rule|area>', 'judge only these rules; give it again or use commas for more')
        .argParser(collect)
        .default([], 'all rules'),
    )
    .addOption(new Option('--skip <rule|area>', 'switch these rules off').argParser(collect).default([], 'none'));
}
