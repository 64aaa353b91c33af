/** How a campaign is getting on: a live line on a terminal, a line now and then elsewhere, and `stats.jsonl`. */
import { appendFileSync } from 'node:fs';
import type { CampaignStatus } from '../campaign/campaign.ts';
import { monotonicMilliseconds } from '../core/clock.ts';
import { groupDigits, plural } from '../report/wrap.ts';
import type { Progress } from './progress.ts';

/** Milliseconds between two lines of `stats.jsonl`, and between two pictures on a terminal. */
const STATS_EVERY = 1000;
const PAINT_EVERY = 200;
/** Where lines stay, the first comes after so long, and each later when as much time again has passed, up to a bound. */
const LINE_FIRST = 10_000;
const LINE_AT_MOST = 600_000;

export class Status {
  private readonly progress: Progress;
  private readonly title: string;
  private readonly file: string;
  private readonly began = monotonicMilliseconds();
  private painted = -PAINT_EVERY;
  private stated = -STATS_EVERY;
  private nextLine = LINE_FIRST;
  private findings = 0;
  private features = 0;
  private lastNew = 0;

  /** `title`: empty, or what the target is called. `file`: gets a line of JSON each second. */
  constructor(progress: Progress, title: string, file: string) {
    this.progress = progress;
    this.title = title;
    this.file = file;
  }

  get milliseconds(): number {
    return Math.round(monotonicMilliseconds() - this.began);
  }

  /** Takes the news of a round. Throws the system's error where the file cannot be written. */
  tell(status: CampaignStatus): void {
    const now = this.milliseconds;
    if (status.findings > this.findings || status.features > this.features) this.lastNew = now;
    this.findings = status.findings;
    this.features = status.features;
    if (now - this.stated >= STATS_EVERY) {
      this.stated = now;
      // Of the whole process, workers and all.
      const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
      appendFileSync(
        this.file,
        `${JSON.stringify({ milliseconds: now, ...status, lastNew: this.lastNew, megabytes })}\n`,
      );
    }
    if (now - this.painted >= PAINT_EVERY) {
      this.painted = now;
      this.progress.update(this.text(status, now));
    }
    if (now < this.nextLine) return;
    this.nextLine = now + Math.min(now, LINE_AT_MOST);
    this.progress.log(this.text(status, now));
  }

  private text({ asked, byPlayer, findings, rules, features, kept, phase }: CampaignStatus, now: number): string {
    const perSecond = (accesses: number): number => Math.round((accesses * 1000) / Math.max(1, now));
    const played = byPlayer.reduce((sum, one) => sum + one, 0);
    const each = byPlayer.length < 2 ? '' : ` (${byPlayer.map((one) => groupDigits(perSecond(one))).join(' + ')})`;
    const parts = [
      `${this.title === '' ? '' : `${this.title}: `}${clock(now)}`,
      `${groupDigits(asked)} accesses`,
      `${groupDigits(perSecond(played))}/s${each}`,
      `${groupDigits(features)} features of ${plural(rules, 'rule')}`,
      `${groupDigits(kept)} kept`,
      plural(findings, 'finding'),
      phase === 'shrink' ? 'shrinking' : `last new ${clock(now - this.lastNew)} ago`,
    ];
    return parts.join(', ');
  }
}

/** `7s`, `3m07s`, `2h05m`. */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}
