/** The page of a report in a real browser: as a reader uses it, and with text that means harm. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeResults } from '../../src/check/results.ts';
import type { PageData } from '../../src/report/html/page-data.ts';
import { pageFiles } from '../../src/report/html/page-files.ts';
import { ODD } from '../support/hostile.ts';
import { makeFinding, makeReport, makeVerdict } from '../support/make-report.ts';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';
import { hasChromium, launch, openReport } from './chromium.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202eevil\u2066\u0000\u001b[2J';

let browser: Browser;
let folder: string;

/** What the page was made of. */
const dataOf = async (page: Page): Promise<PageData> =>
  JSON.parse((await page.locator('#data').textContent())!) as PageData;

/** How a canvas looks, in a few letters. */
const look = (page: Page, section: string): Promise<string> =>
  page.locator(`${section} canvas`).evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());

describe.runIf(hasChromium)('in Chromium', () => {
  beforeAll(async () => {
    browser = await launch();
    folder = newFolder();
    // Without its profile the trace has new findings, among them registers with several fields.
    const words = ['check', 'corpora/traces/linux-q35/trace.txt.gz', '--profile', 'qemu-virt'];
    runCli(TOP, [...words, '--out', join(folder, 'real')]);
  });
  afterAll(() => browser.close());

  const real = (): string => join(folder, 'real/index.html');

  test('a finding is opened, its bits are read, and its command is copied', async () => {
    const { page, complaints } = await openReport(browser, real());
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    expect(await page.locator('h1').textContent()).toMatch(
      /^Diverges[0-9]+ new findings? of MUST strength in [0-9]+ rules?$/,
    );
    const finding = page.locator('.finding', { hasText: 'Root Control' }).first();
    const button = finding.locator('h3 button');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    const wrong = finding.locator('.fields tr.wrong').first();
    expect(await wrong.locator('th').textContent()).toContain('Root Control');
    // Without a mouse, too.
    expect(await wrong.locator('.attribute').innerText()).toBe('RW read-write');
    expect(await wrong.textContent()).toContain('▲ differs');
    // The grid shows the same bits: as many marks as the two values differ in.
    const id = (await finding.getAttribute('id'))!.slice('finding='.length);
    const { expected, actual, known, mask } = (await dataOf(page)).findings.find((one) => one.id === id)!.bits!;
    const differing = (((expected ^ actual) & known & mask) >>> 0).toString(2).replaceAll('0', '').length;
    expect(differing).toBeGreaterThan(0);
    expect(await finding.locator('.grid tbody td.wrong').count()).toBe(differing);
    expect(await finding.locator('.grid .marks td', { hasText: '▲' }).count()).toBe(differing);
    await finding.getByRole('button', { name: 'Copy the command' }).click();
    expect(await finding.getByRole('status').textContent()).toBe('Copied');
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe('barometer check corpora/traces/linux-q35/trace.txt.gz --profile qemu-virt');
    expect(complaints).toEqual([]);
  });

  test('a link to a finding opens it, and leads on to the address map', async () => {
    const { page } = await openReport(browser, real());
    const last = page.locator('.finding').last();
    const id = (await last.getAttribute('id'))!;
    const { page: linked, complaints } = await openReport(browser, real());
    await linked.evaluate(`location.hash = ${JSON.stringify(`#${id}`)}`);
    const finding = linked.locator(`[id="${id}"]`);
    await finding.locator('.story').waitFor();
    const before = await look(linked, '#addresses');
    await finding.getByRole('button', { name: 'show in the address map' }).click();
    await linked.waitForTimeout(200);
    expect(await look(linked, '#addresses')).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  test('the address map is zoomed by buttons, keys and wheel, and tells of what is under the mouse', async () => {
    const { page, complaints } = await openReport(browser, real());
    const canvas = page.locator('#addresses canvas');
    await canvas.scrollIntoViewIfNeeded();
    expect(await canvas.getAttribute('aria-label')).toMatch(
      /^Who decodes which memory addresses over .* [0-9]+ ranges, /,
    );
    const looks = [await look(page, '#addresses')];
    const step = async (act: () => Promise<void>): Promise<void> => {
      await act();
      await page.waitForTimeout(100);
      looks.push(await look(page, '#addresses'));
    };
    await step(() => page.locator('#addresses').getByRole('button', { name: 'Zoom in' }).click());
    await step(() => canvas.press('+'));
    await step(() => canvas.press('ArrowLeft'));
    await canvas.hover();
    await step(() => page.mouse.wheel(0, -300));
    expect(new Set(looks).size).toBe(looks.length);
    await step(() => page.locator('#addresses').getByRole('button', { name: 'Show all' }).click());
    expect(looks.at(-1)).toBe(looks[0]);
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.9);
    expect(await page.locator('#addresses .tip').textContent()).toMatch(/0x[0-9a-f]+ to 0x[0-9a-f]+/);
    await page.locator('#addresses summary').click();
    expect(await page.locator('#addresses tbody tr').count()).toBeGreaterThan(20);
    expect(complaints).toEqual([]);
  });

  test('rules are filtered by state and by words', async () => {
    const { page } = await openReport(browser, real());
    const rules = page.locator('#rules');
    const all = await rules.locator('.area li').count();
    expect(all).toBeGreaterThan(200);
    await rules.getByRole('checkbox', { name: /^never reached/ }).uncheck();
    await rules.getByRole('checkbox', { name: /^not observable/ }).uncheck();
    const judged = await rules.locator('.area li').count();
    expect(judged).toBeLessThan(all);
    await rules.getByRole('searchbox').fill('msi-x table');
    expect(await rules.locator('.area li').count()).toBeLessThan(judged);
    expect(await rules.getByRole('status').textContent()).toMatch(/^[0-9]+ of 273 rules$/);
    await rules.locator('summary').first().click();
    expect(await rules.locator('details[open] cite').first().textContent()).toMatch(/PCI/);
  });

  test('everything is reached by the keyboard, has a name that is seen, and shows the focus', async () => {
    const { page, complaints } = await openReport(browser, real());
    const things = 'a[href], button, input, select, summary, canvas';
    for (let isInside = true, presses = 0; isInside && presses < 2000; presses++) {
      await page.keyboard.press('Tab');
      const [outline, more] = (await page.evaluate(`(() => {
        const now = document.activeElement;
        if (now === document.body || now.dataset.reached) return ['at the end', false];
        now.dataset.reached = 'yes';
        return [getComputedStyle(now).outlineStyle, true];
      })()`)) as [string, boolean];
      expect(outline).not.toBe('none');
      isInside = more;
    }
    const found = (await page.evaluate(`[...document.querySelectorAll('${things}')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .map((one) => ({
        tag: one.tagName,
        reached: one.dataset.reached === 'yes',
        name: (one.tagName === 'CANVAS'
          ? one.getAttribute('aria-label') + document.getElementById(one.getAttribute('aria-describedby')).innerText
          : (one.labels?.[0] ?? one).innerText).trim(),
      }))`)) as { tag: string; reached: boolean; name: string }[];
    expect(found.filter(({ reached, name }) => !reached || name === '')).toEqual([]);
    const tags = new Set(found.map(({ tag }) => tag));
    expect([...tags].toSorted()).toEqual(['A', 'BUTTON', 'CANVAS', 'INPUT', 'SELECT', 'SUMMARY']);
    // A picture that takes keys is no image, and says which keys.
    const canvas = page.locator('#addresses canvas');
    expect(await canvas.getAttribute('role')).toBe('application');
    expect(found.find(({ tag }) => tag === 'CANVAS')!.name).toMatch(/^Who decodes .*keys: \+ and − zoom, arrows move/s);
    expect(complaints).toEqual([]);
  }, 60_000);

  test.each([
    ['light', {}],
    ['dark', { dark: true }],
    ['narrow', { width: 360 }],
  ] as const)('%s: nothing sticks out, and nothing complains', async (_, settings) => {
    const { page, complaints } = await openReport(browser, real(), settings);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });

  test('printed it shows findings opened and no controls', async () => {
    const { page } = await openReport(browser, real());
    await page.emulateMedia({ media: 'print' });
    const findings = await page.locator('.finding').count();
    await expect.poll(() => page.locator('.story').count(), { timeout: 5000 }).toBe(findings);
    for (const controls of ['nav', '.filters input', '.tools', '.command button', '.as-table'])
      expect(await page.locator(controls).first().isVisible()).toBe(false);
    // Of the fields in words those that are wrong.
    expect(await page.locator('.fields tbody tr:visible').count()).toBe(await page.locator('.fields tr.wrong').count());
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  });

  test('text from outside is inert', async () => {
    const findings = [
      makeFinding({ register: HOSTILE, expected: HOSTILE, explanation: 'x'.repeat(10_000_000) }),
      makeFinding({ shape: HOSTILE }),
    ];
    const notes = [{ topic: HOSTILE, text: HOSTILE, index: 0, line: 1, count: 1 }];
    const report = makeReport({
      name: HOSTILE,
      findings,
      notes,
      origin: { [HOSTILE]: HOSTILE },
      problems: [HOSTILE],
      problemCount: 1,
    });
    const file = await write('hostile', [report]);
    const { page, complaints } = await openReport(browser, file);
    await page.locator('.finding h3 button').last().click();
    expect(complaints).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
    const text = (await page.locator('body').innerText()).replaceAll(/[\n\t]/g, ' ');
    expect(text).toContain(String.raw`<img src=x onerror=alert(2)>\u202eevil\u2066\u0000\u001b[2J`);
    expect(text).toContain('letters more)');
    expect(text).not.toMatch(ODD);
  });

  test('ten thousand findings can be read, a page at a time', async () => {
    const findings = Array.from({ length: 10_000 }, (_, number) => makeFinding({ register: `BAR 0 of n${number}` }));
    const file = await write('many', [makeReport({ findings })]);
    const { page, complaints } = await openReport(browser, file);
    expect(await page.locator('.finding').count()).toBe(50);
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    expect(await page.locator('.finding').count()).toBe(100);
    await page.locator('#findings').getByRole('searchbox').fill('n9876');
    expect(await page.locator('.finding').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});

/** Writes the page of some reports, and returns where it is. */
async function write(name: string, reports: Parameters<typeof makeResults>[2]): Promise<string> {
  const gating = [...new Set(reports.flatMap(({ findings }) => findings.map(({ id }) => id)))];
  const results = makeResults('check', 'barometer 0.0.0', reports, makeVerdict({ status: 1, gating }));
  const again = (input: string): string => `barometer check ${input}`;
  const files = await pageFiles({
    results,
    reports,
    skip: new Set(),
    curves: [],
    recordings: [],
    files: new Map(),
    again,
  });
  const place = join(folder, name);
  mkdirSync(place);
  for (const [file, text] of files) writeFileSync(join(place, file), text);
  return join(place, 'index.html');
}
