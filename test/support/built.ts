/** Modules as they are built: what starts threads of its own runs from there only. */

import type { fuzz as Fuzz } from '../../src/campaign/fuzz.ts';
import type { trial as Trial } from '../../src/check/lockstep/trial.ts';
import type { openTarget as OpenTarget } from '../../src/targets/open.ts';

const built = async (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

export const { openTarget } = (await built('targets/open.js')) as { openTarget: typeof OpenTarget };
export const { fuzz } = (await built('campaign/fuzz.js')) as { fuzz: typeof Fuzz };
export const { trial } = (await built('check/lockstep/trial.js')) as { trial: typeof Trial };
