/** A target behind the target protocol: a stream of bytes in, a stream of answers out. */
import type { Target } from '../../access/target.ts';
import { Conversation } from './conversation.ts';
import { LineReader, TOO_LONG } from './line-reader.ts';
import { BULK_AT_MOST } from './words.ts';

/** The longest command writes as many bytes as a bulk command may, two digits each. */
const LINE_AT_MOST = 2 * BULK_AT_MOST + 128;

/** Letters of answers that are collected before they go out together. */
const BATCH = 1 << 16;

/**
 * Answers all lines of `input` in order. Nothing is read while answers wait to be taken, so that memory stays bounded
 * whoever talks. A line without an end at the end of the input is not carried out.
 */
export async function* answers(target: Target, input: AsyncIterable<Buffer>, version?: string): AsyncGenerator<string> {
  const conversation = new Conversation(target, version);
  const reader = new LineReader(LINE_AT_MOST);
  for await (const chunk of input) {
    let batch = '';
    for (const line of reader.lines(chunk)) {
      batch += line === TOO_LONG ? `FAIL the line is longer than ${LINE_AT_MOST} bytes\n` : conversation.answer(line);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = '';
    }
    if (batch !== '') yield batch;
  }
}
