import { describe, expect, test } from 'vitest';
import { episodes, explain, IDENTITY, OTHER_BARS, WITH_MSIX } from '../../../test/support/explain-text.ts';

test('the mask bits of MSI', async () => {
  const text = await episodes(
    `${IDENTITY}
read config 00:02.0 0x6 2 -> 0x10
read config 00:02.0 0x34 1 -> 0x40
read config 00:02.0 0x40 4 -> 0x01040005
read config 00:02.0 0x10 4 -> 0x0
write config 00:02.0 0x4c 4 <- 0x3
write config 00:02.0 0x4c 4 <- 0x1
`,
    { from: 7 },
  );
  expect(text).toContain('MSI of 00:02.0 masked and unmasked: 1 vector masked, 1 vector unmasked');
});

describe('MSI-X', () => {
  const SET_UP = `
write memory 0xfe002010 4 <- 0xfee01004
write memory 0xfe002018 4 <- 0x2a
write memory 0xfe00201c 4 <- 0x0
write config 00:02.0 0x42 2 <- 0x8003
`;

  test('the mask bit alone sets nothing up', async () => {
    const text = await episodes(`${WITH_MSIX}${OTHER_BARS}${SET_UP}reset\n`, { from: 0 });
    expect(text).toContain('MSI-X of 00:02.0 set up: 1 vector written, 1 vector unmasked,');
    const masked = await episodes(
      `${WITH_MSIX}${OTHER_BARS}write memory 0xfe00201c 1 <- 0x1\nwrite memory 0xfe00202c 4 <- 0x0\n`,
    );
    expect(masked).toContain(
      'MSI-X of 00:02.0 masked and unmasked: 1 vector masked, 1 vector unmasked\n  [27 to 28]\n',
    );
  });

  test.each([
    ['write memory 0xfe00201c 4 <- 0x1\nwrite memory 0xfe00202c 4 <- 0x1\n', 'masked: 2 vectors'],
    ['write memory 0xfe00201c 4 <- 0x0\nread memory 0xfe00201c 4 -> 0x0\n', 'unmasked: 1 vector  ['],
    [
      'write config 00:02.0 0x42 2 <- 0x4003\nread config 00:02.0 0x42 2 -> 0x4003\n',
      'masked as a whole: 4 vectors in all, off',
    ],
    [
      'write config 00:02.0 0x42 2 <- 0x4003\nwrite memory 0xfe00201c 4 <- 0x1\n',
      'masked and unmasked: 1 vector masked,',
    ],
    ['write memory 0xfe00201c 4 <- 0x1\nwrite memory 0xfe002010 4 <- 0x0\n', 'written: 1 vector masked'],
  ])('what is only masked or unmasked is called so: %j', async (writes, words) => {
    expect(await episodes(`${WITH_MSIX}${OTHER_BARS}${writes}`)).toContain(`MSI-X of 00:02.0 ${words}`);
  });

  test('what is taken down is switched off', async () => {
    const text = await episodes(
      `${WITH_MSIX}${OTHER_BARS}${SET_UP}read config 00:02.0 0x0 4 -> 0x00101b36
write memory 0xfe00201c 4 <- 0x1
write memory 0xfe002010 4 <- 0x0
write memory 0xfe002018 4 <- 0x0
write config 00:02.0 0x42 2 <- 0x3
`,
    );
    expect(text).toContain('MSI-X of 00:02.0 switched off: 1 vector masked, 4 vectors in all, off\n');
  });

  test('a byte beside the mask bit tells nothing of it', async () => {
    const raw = await explain(
      `${WITH_MSIX}${OTHER_BARS}write memory 0xfe00201d 1 <- 0x1
write memory 0xfe00201c 1 <- 0x1
write memory 0xfe002018 8 <- 0x100000041
`,
      { form: 'raw', from: 27 },
    );
    const masked = raw.split('\n').map((line) => line.includes('Vector Control') && line.endsWith(': masked'));
    expect(masked.slice(0, 3)).toEqual([false, true, true]);
  });
});
