/** The page: a template that the build has made of `client/`, with the data of one run put into it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { embeddable } from './inert.ts';
import type { PageData } from './page-data.ts';

/** From here, compiled or not, three folders up is the package. */
const TEMPLATE = fileURLToPath(new URL('../../../dist/report/html/page.html', import.meta.url));

/** Where the data goes. */
const PLACE = '"the data of the run"';

/** The text of `index.html`. */
export function pageText(data: PageData): string {
  const template = readFileSync(TEMPLATE, 'utf8');
  const at = template.indexOf(PLACE);
  if (at < 0) throw new Error(`${TEMPLATE} has no place for the data`);
  return template.slice(0, at) + embeddable(data) + template.slice(at + PLACE.length);
}
