import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository's top, with a slash at the end. */
export const TOP = fileURLToPath(new URL('../../', import.meta.url));

/** Files that belong to the repository: what git tracks or would track, as paths from the top. */
export function repositoryFiles(): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: TOP });
  // A file that was deleted but is still in the index is listed too.
  return listing
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '' && existsSync(TOP + path))
    .toSorted();
}

/** Text of a file, by its path from the top. */
export function readText(path: string): string {
  return readFileSync(TOP + path, 'utf8');
}
