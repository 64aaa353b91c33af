/** What the installed package knows of itself. Paths go from this file, so they hold wherever it is installed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file or folder of the package, e.g. `corpora/traces`. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}

/** The package's version, e.g. `0.1.0`. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** How results name the program that wrote them. */
export function toolName(): string {
  return `barometer ${version()}`;
}

/** Where a bug of Barometer is reported. */
export const REPORT_TO = "the issue tracker of the project (see CONTRIBUTING.md, 'Reporting a bug')";
