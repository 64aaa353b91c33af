/** Modules as they are built: what starts threads of its own runs from there only. */

const built = async (path: string): Promise<unknown> => import(new URL(`../../dist/${path}`, import.meta.url).href);

export const { openTarget } = (await built('targets/open.js')) as typeof import('../../src/targets/open.ts');
export const { fuzz } = (await built('campaign/fuzz.js')) as typeof import('../../src/campaign/fuzz.ts');
