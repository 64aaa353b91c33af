/**
 * Files as those who show them beside a change want them: relative to the root of the repository, so that they are the same
 * wherever a machine has put it.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ArtifactLocation } from 'sarif';

/** Where a run was carried out; both are absolute paths. */
export interface Checkout {
  /** What paths are relative to. */
  directory: string;
  /** Of the repository around it; undefined: there is none, and each file may have one of its own. */
  root: string | undefined;
}

/** The base of files of the repository, by the name that tools for SARIF give it. */
export const REPOSITORY = '%SRCROOT%';

export function checkoutAround(directory: string): Checkout {
  return { directory, root: rootAround(directory) };
}

function rootAround(directory: string): string | undefined {
  // A work tree of git has a file of this name.
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return root;
    if (dirname(root) === root) return undefined;
  }
}

/** The path from the root on, without `.` and `..`, between slashes; undefined outside. */
export function pathInCheckout(path: string, { directory, root }: Checkout): string | undefined {
  const file = physical(path, directory);
  const inside = relative(root ?? rootAround(dirname(file)) ?? directory, file).split(sep);
  return inside[0] === '..' || isAbsolute(inside.join(sep)) ? undefined : inside.join('/');
}

/** The path on which the system finds a file: `..` behind a link is above what it leads to. The file itself may be a link. */
function physical(path: string, directory: string): string {
  const whole = isAbsolute(path) ? path : `${directory}${sep}${path}`;
  try {
    return join(realpathSync.native(dirname(whole)), basename(whole));
  } catch {
    return resolve(whole);
  }
}

/** SARIF 2.1.0, 3.4: relative to the root of the repository, or a URI of the scheme `file` (RFC 8089). */
export function artifactLocation(path: string, checkout: Checkout): ArtifactLocation {
  const inside = pathInCheckout(path, checkout);
  if (inside !== undefined) return { uri: uriOf(inside === '' ? '.' : inside), uriBaseId: REPOSITORY };
  const parts = physical(path, checkout.directory).split(sep).join('/').replace(/^\/+/, '');
  return { uri: `file:///${uriOf(parts)}` };
}

/** A path between slashes as a reference of RFC 3986. */
export function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replaceAll(/\p{Cs}/gu, '\uFFFD')))
    .join('/');
}
