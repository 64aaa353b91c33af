/**
 * What a campaign must not lose, one file a lane: a line is a checksum and a round. A line is written when its round is
 * over and never changed, so that whatever ends the process costs the rounds that are being played, and no others.
 */

import { closeSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hash8 } from '../../core/hash.ts';
import type { Round } from '../round.ts';

/** A record of a journal: plain data. */
export function recordText(record: unknown): string {
  const json = JSON.stringify(record);
  return `${hash8(json)} ${json}\n`;
}

/**
 * Records of a journal's text, and the bytes that hold them. What follows the first line that is not whole, or that does
 * not belong there, is none.
 */
export function parseRecords<T>(
  text: string,
  belongs: (record: T, index: number) => boolean = () => true,
): { records: T[]; bytes: number } {
  const records: T[] = [];
  let bytes = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const json = text.slice(start + 9, end);
    if (end < 0 || text[start + 8] !== ' ' || hash8(json) !== text.slice(start, start + 8)) break;
    const record = JSON.parse(json) as T;
    if (!belongs(record, records.length)) break;
    records.push(record);
    bytes += Buffer.byteLength(text.slice(start, end + 1));
    start = end + 1;
  }
  return { records, bytes };
}

/** The same of a file; none, where there is no such file. Throws the system's error. */
export function readRecords<T>(path: string, belongs?: (record: T, index: number) => boolean) {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], bytes: 0, size: 0 };
    throw error;
  }
  return { ...parseRecords<T>(content.toString('utf8'), belongs), size: content.length };
}

/** Whether a record is this round of this lane: a file may have been put in the place of another. */
export function isRound(round: Round, lane: number, index: number): boolean {
  return round.lane === lane && round.round === index;
}

/** A journal's file. Methods throw the system's error. */
export class Journal {
  private readonly path: string;
  private file: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Its records; what follows the last good one is cut off, so that the next record stands where it will be found. */
  recover<T>(belongs?: (record: T, index: number) => boolean): T[] {
    const { records, bytes, size } = readRecords<T>(this.path, belongs);
    if (bytes < size) truncateSync(this.path, bytes);
    return records;
  }

  /** Returns when the record is on the disk. */
  append(record: unknown): void {
    this.file ??= openSync(this.path, 'a');
    const bytes = Buffer.from(recordText(record));
    for (let written = 0; written < bytes.length;) written += writeSync(this.file, bytes, written);
    fdatasyncSync(this.file);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

/** The journal of a lane's rounds in the directory of a campaign. */
export function laneJournal(directory: string, lane: number): string {
  return join(directory, `lane-${String(lane).padStart(2, '0')}.jsonl`);
}

/** The rounds of a lane as they are on the disk. Throws the system's error. */
export function readRounds(directory: string, lane: number): Round[] {
  return readRecords<Round>(laneJournal(directory, lane), (round, index) => isRound(round, lane, index)).records;
}
