import { expect, test } from 'vitest';
import { interruptsOf, interruptWords } from './devices.ts';

const RAM = 0x7ffffff;
const served = (words: string, ram = RAM): string => {
  const { drivers, isPrompt } = interruptsOf(words, ram);
  return [...drivers.flatMap(({ names }) => names[0] ?? ''), isPrompt ? 'prompt' : 'late'].join(' ');
};

test.each([
  ['-machine q35 -device rocker', 'rocker prompt'],
  ['-machine q35 -device "rocker,addr=4" -device edu', 'rocker edu prompt'],
  ['-machine q35 -device virtio-net-pci,ioeventfd=off', 'virtio-net-pci prompt'],
  // Its doorbells ring in the main loop.
  ['-machine q35 -device virtio-net-pci', 'virtio-net-pci late'],
  ['-machine q35 -device pcie-root-port,id=rp -device edu,bus=rp', 'edu ioh3420 prompt'],
  ['-machine q35 -device ioh3420,chassis=1 -device ioh3420,chassis=2', 'ioh3420 prompt'],
  // Nobody can tell which of the two answers.
  ['-machine q35 -device rocker -device rocker', 'prompt'],
  // It works when it likes.
  ['-machine q35 -device rocker -device nvme,serial=1', 'rocker nvme late'],
  // So does what an option makes that is not known.
  ['-machine q35 -device rocker -drive if=virtio,file=x', 'rocker late'],
  ['-machine q35 -device rocker -device intel-iommu', 'late'],
  ['-machine q35 -device e1000', 'late'],
  // Its clock runs, unless the processor has something to do, or the user wants neither.
  ['-machine q35 -device e1000e', 'e1000e prompt'],
  ['-machine q35 -device e1000e -bios file', 'late'],
  ['-machine q35 -device rocker -device e1000e -S', 'rocker late'],
  ['-machine q35 -drive if=pflash,file=x -device e1000e', 'late'],
  ['-machine q35,firmware=file -device e1000e', 'late'],
  ['-machine q35,pflash0=node -device e1000e', 'late'],
  ['-machine q35 -device loader,file=x -device e1000e', 'late'],
  ['-readconfig file -device e1000e', 'late'],
])('%s', (words, expected) => {
  expect(served(words)).toBe(expected);
});

test('messages need RAM at their place', () => {
  expect(served('-m 2 -device rocker', 0x1fffff)).toBe('late');
  expect(interruptWords(interruptsOf('-device rocker', RAM))).toEqual(['messages=0x3ff000-0x3ff1ff', 'caps=fire,msi']);
  expect(interruptWords(interruptsOf('-device virtio-net-pci', RAM))[1]).toBe('caps=fire,msi,async-msi');
  expect(interruptWords(interruptsOf('-device e1000', RAM))).toEqual([]);
});

test('the clock runs where a driver needs it', () => {
  const runs = (words: string): boolean => interruptsOf(words, RAM).needsClock;
  expect(['-device e1000e', '-device rocker', '-device e1000e -device e1000e', '-device e1000e -S'].map(runs)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
