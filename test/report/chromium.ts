/** Headless Chromium, where one is installed. */

import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const found = spawnSync('sh', ['-c', 'command -v chromium || command -v chromium-browser'], { encoding: 'utf8' });
const executablePath = found.stdout.trim();

export const hasChromium = executablePath !== '';
if (!hasChromium) process.stderr.write('left out: chromium is not installed (Debian package chromium)\n');

export function launch(): Promise<Browser> {
  // The sandbox of Chromium does not work for the superuser, as whom CI runs.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface OpenedReport {
  page: Page;
  /** Errors and warnings of the console, errors of scripts, requests that are not for the file itself. */
  complaints: string[];
}

/** Opens a page from the disk and waits until it can be used. */
export async function openReport(
  browser: Browser,
  file: string,
  look: { dark?: boolean; width?: number } = {},
): Promise<OpenedReport> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1200, height: 900 },
    colorScheme: look.dark === true ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return { page, complaints };
}
