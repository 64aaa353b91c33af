import { expect, test } from 'vitest';
import { IDENTITY, OTHER_BARS, WITH_MSIX } from '../support/explain-text.ts';
import { replayText } from '../../src/check/replay.ts';
import { PARTS } from '../../src/spec/needs.ts';

/** What a trace of these lines shows that no function has. */
async function without(lines: string): Promise<string[]> {
  const text = `barometer.trace/1\n${lines.trim()}\n`;
  const { parts, problems } = await replayText(text, { name: 'trace.txt' });
  expect(problems).toEqual([]);
  return PARTS.filter((part) => !parts.includes(part));
}

test('who answers and is looked at no further may have anything, and the machine has no configuration ports', async () => {
  expect(await without('machine cam=0\nread config 00:02.0 0x0 4 -> 0x00101b36')).toEqual(['CAM']);
});

test('what a whole list of capabilities does not show is not there', async () => {
  // MSI-X alone, and no PCI Express: so there is no extended space either.
  expect(await without(`${WITH_MSIX}${OTHER_BARS}read config 00:02.0 0x3c 2 -> 0x0`)).toEqual([
    'bridge',
    'I/O BAR',
    '64-bit BAR',
    'expansion ROM',
    'interrupt pin',
    'Power Management',
    'MSI',
    'PCI Express',
    'Advanced Features',
    'Enhanced Allocation',
    'AER',
    'Resizable BAR',
    'SR-IOV',
    'virtio',
    'CAM',
  ]);
});

test('a list of which nobody has read the end may go on with anything', async () => {
  const begun = `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 2 -> 0x5011
`;
  expect(await without(begun)).toEqual(['bridge', 'virtio', 'CAM']);
});

test('what was there for a while counts', async () => {
  const bridge = 'read config 00:03.0 0x0 4 -> 0x00011b36\nread config 00:03.0 0xe 1 -> 0x1\nunplug 00:03.0\n';
  expect(await without(`${IDENTITY}${bridge}`)).not.toContain('bridge');
});

test('where nobody answers, nothing is said', async () => {
  expect(await without('machine cam=0\nread config 00:02.0 0x0 4 -> 0xffffffff')).toEqual([...PARTS]);
});
