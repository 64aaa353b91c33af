import { expect, test } from 'vitest';
import { isCalendarDate } from './calendar-date.ts';

test.each(['2026-01-31', '2026-02-28', '2024-02-29', '2000-02-29', '2026-12-31', '2026-04-30', '0001-01-01'])(
  '%s is a day',
  (text) => {
    expect(isCalendarDate(text)).toBe(true);
  },
);

test.each([
  '2026-02-31',
  '2026-02-29',
  '1900-02-29',
  '2026-04-31',
  '2026-00-10',
  '2026-13-01',
  '2026-01-00',
  '2026-01-32',
  '2026-1-1',
  '26-01-01',
  '2026/01/01',
  '2026-01-01T00:00',
  ' 2026-01-01',
  '2026-01-01\n',
  'tomorrow',
  '',
])('%j is none', (text) => {
  expect(isCalendarDate(text)).toBe(false);
});

test('a whole cycle of the calendar has as many days as it has', () => {
  let days = 0;
  for (let year = 1600; year < 2000; year++)
    for (let month = 1; month <= 12; month++)
      for (let day = 0; day <= 33; day++) {
        const two = (part: number): string => String(part).padStart(2, '0');
        if (isCalendarDate(`${year}-${two(month)}-${two(day)}`)) days++;
      }
  expect(days).toBe(146_097);
});
