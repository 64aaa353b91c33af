/** `barometer corpus`: its commands and their options. */
import type { Command } from 'commander';
import { withTarget } from '../command-options.ts';
import type { SetStatus } from '../command-options.ts';
import type { ImportOptions } from './import.ts';
import type { MinimizeOptions } from './minimize.ts';
import type { StatsOptions } from './stats.ts';

const ON_TARGET = `
Exit status:
  0    done
  2    usage, configuration or input error; the directory cannot be used
  3    the target could not be started or never answered
  4    a bug in Barometer`;

export function addCorpus(program: Command, setStatus: SetStatus): void {
  const corpus = program
    .command('corpus')
    .description('the scenarios that a campaign begins with and adds to: a directory of files; see docs/corpus.md');
  addImport(corpus, setStatus);
  addMinimize(corpus, setStatus);
  addStats(corpus, setStatus);
}

function addImport(corpus: Command, setStatus: SetStatus): void {
  corpus
    .command('import')
    .description('add what guests of recorded traces did, and scenarios')
    .argument('<dir>', 'the corpus; made when it is missing')
    .argument('<source...>', 'traces of any format, scenarios (NAME.txt), or folders of them')
    .option('--profile <name|file>', 'the profile of the traces (default: the one beside each)')
    .addHelpText(
      'after',
      `
Exit status:
  0    imported
  2    usage or input error; a source could not be read, or not to its end; there was nothing to import
  4    a bug in Barometer`,
    )
    .action(async (directory: string, sources: string[], options: ImportOptions) => {
      const { runImport } = await import('./import.ts');
      setStatus(await runImport(directory, sources, options));
    });
}

function addMinimize(corpus: Command, setStatus: SetStatus): void {
  const command = corpus
    .command('minimize')
    .description('remove the entries that reach nothing on a target that others do not reach as well')
    .argument('<dir>', 'the corpus');
  withTarget(command)
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .addHelpText('after', ON_TARGET)
    .action(async (directory: string, options: MinimizeOptions) => {
      const { runMinimize } = await import('./minimize.ts');
      setStatus(await runMinimize(directory, options));
    });
}

function addStats(corpus: Command, setStatus: SetStatus): void {
  const command = corpus
    .command('stats')
    .description('how large a corpus is, and what it reaches on a target')
    .argument('<dir>', 'the corpus');
  withTarget(command)
    .option('--json', 'print JSON, with each entry')
    .addHelpText('after', ON_TARGET)
    .action(async (directory: string, options: StatsOptions) => {
      const { runStats } = await import('./stats.ts');
      setStatus(await runStats(directory, options));
    });
}
