/** A small campaign and what comes of it, for the tests of this folder. */

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOP } from '../support/repository.ts';
import { newFolder } from '../support/run-cli.ts';

/** Faults of which one has findings that are alike, and which have few findings, since making these shorter takes most of the time. */
const TARGET = 'emulated:flr-keeps-msix,bar-size-returned-as-size-not-mask';
/** A small machine and short programs, so that there are many rounds soon. */
const SIZE = ['--layout', 'small.yaml', '--lanes', '6', '--max-steps', '15', '--shrink-runs', '10'];
const WITHOUT_END = ['fuzz', '--target', TARGET, ...SIZE, '--seed', 'bytes'];
export const CAMPAIGN: readonly string[] = [...WITHOUT_END, '--accesses', '4000'];
export const CAMPAIGN_BY_CLOCK: readonly string[] = [...WITHOUT_END, '--time', '3s'];

/** A new folder in which it can be run. */
export function campaignFolder(): string {
  const folder = newFolder();
  copyFileSync(join(TOP, 'bench/scope/layout.yaml'), join(folder, 'small.yaml'));
  return folder;
}

/** All that a report holds, by file, but for what tells of time, and for how the campaign was kept. */
export function reportIn(directory: string): Map<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .filter((file) => !file.startsWith('campaign/') && file !== 'timing.json');
  return new Map(files.toSorted().map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
}

export interface CampaignDocument {
  totals: { findings: number; accesses: number };
  findings: { id: string; alike: string | null; failure: string | null }[];
  objections: { kind: string; where: string; fails: boolean }[];
  campaign: { lanes: number; rounds: number; shard: string | null; complete: boolean; seeds: number; unbound: number };
}

export function documentIn(directory: string): CampaignDocument {
  return JSON.parse(readFileSync(join(directory, 'results.json'), 'utf8')) as CampaignDocument;
}
