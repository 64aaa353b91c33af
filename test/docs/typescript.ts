/** Snippets in TypeScript: checked by the compiler as files beside their document, and run by node. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { TOP } from '../support/repository.ts';
import type { Block } from './blocks.ts';
import type { Ran, Workshop } from './workshop.ts';

const { config } = ts.readConfigFile(`${TOP}tsconfig.json`, (path) => readFileSync(path, 'utf8'));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, TOP);

/** What the compiler says against snippets, each as `document:line: sentence`. `barometer` is the built package. */
export function typeProblems(blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block) => [join(TOP, `${block.document}.line-${block.line}.ts`), block]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path)?.text ?? disk.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const block = files.get(path);
      if (block === undefined) return disk.getSourceFile(path, language, ...rest);
      return ts.createSourceFile(path, block.text, language);
    },
  };
  const program = ts.createProgram([...files.keys()], { ...options, noUnusedLocals: false }, host);
  return [...files].flatMap(([path, { document, line }]) => {
    const source = program.getSourceFile(path);
    return ts.getPreEmitDiagnostics(program, source).map(({ messageText, start = 0 }) => {
      const within = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${document}:${line + 1 + within}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/** Runs a snippet in the workshop. */
export function runSnippet({ document, text }: Block, workshop: Workshop): Ran {
  writeFileSync(join(workshop.folder, 'snippet.mjs'), asScript(text, join(TOP, dirname(document)), workshop));
  return workshop.shell('node snippet.mjs');
}

/** JavaScript for node; sources of ours are taken as they were built, and examples are put beside it. */
function asScript(text: string, folder: string, workshop: Workshop): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  return outputText.replaceAll(/(from ')(\.[^']+)\.ts(')/g, (_, before: string, path: string, after: string) => {
    const place = join(folder, path);
    if (place.startsWith(`${TOP}src/`)) return `${before}${TOP}dist/${place.slice(`${TOP}src/`.length)}.js${after}`;
    const name = `${basename(place)}.mjs`;
    writeFileSync(join(workshop.folder, name), asScript(readFileSync(`${place}.ts`, 'utf8'), dirname(place), workshop));
    return `${before}./${name}${after}`;
  });
}
