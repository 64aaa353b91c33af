/**
 * Files as those who show them beside a change want them: relative to the root of the repository, so that they are the same
 * wherever a machine has put it.
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ArtifactLocation } from 'sarif';

/** Where a run was carried out; both are absolute paths. */
export interface Checkout {
  /** What paths are relative to. */
  directory: string;
  /** Of the repository around it; the same where there is none. */
  root: string;
}

/** The base of files of the repository, by the name that tools for SARIF give it. */
export const REPOSITORY = '%SRCROOT%';

export function checkoutAround(directory: string): Checkout {
  // A work tree of git has a file of this name.
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, '.git'))) return { directory, root };
    if (dirname(root) === root) return { directory, root: directory };
  }
}

/** The path from the root on, without `.` and `..`, between slashes; undefined outside. */
export function pathInCheckout(path: string, { directory, root }: Checkout): string | undefined {
  const inside = relative(root, resolve(directory, path)).split(sep);
  return inside[0] === '..' || isAbsolute(inside.join(sep)) ? undefined : inside.join('/');
}

/** SARIF 2.1.0, 3.4: relative to the root of the repository, or a URI of the scheme `file` (RFC 8089). */
export function artifactLocation(path: string, checkout: Checkout): ArtifactLocation {
  const inside = pathInCheckout(path, checkout);
  if (inside !== undefined) return { uri: uriOf(inside === '' ? '.' : inside), uriBaseId: REPOSITORY };
  const parts = resolve(checkout.directory, path).split(sep).join('/').replace(/^\/+/, '');
  return { uri: `file:///${uriOf(parts)}` };
}

/** A path between slashes as a reference of RFC 3986. */
export function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.replaceAll(/\p{Cs}/gu, '\uFFFD')))
    .join('/');
}
