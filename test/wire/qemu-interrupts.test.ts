/**
 * Interrupts of a stock QEMU, where one is installed: events are made to happen through the registers of its devices, and
 * messages are seen in its RAM. What QEMU 7.2 does here is what the specification wants, so nothing may be found that the
 * profile does not know.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

const installed = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).status === 0;

/** The body of a test that needs one. */
const live = (body: () => void) => (): void => {
  if (installed) body();
  else process.stderr.write('left out: qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n');
};

/**
 * Events and messages of a scenario on a machine, in order: `fire 0`, and of a message its data. Throws where anything
 * is found, and where the trace of it is not judged alike.
 */
function interrupts(device: string, scenario: string, machine = 'q35'): string[] {
  const folder = newFolder();
  writeFileSync(join(folder, 'scenario.txt'), scenario);
  const profile = ['--profile', `qemu-${machine}`];
  const words = [
    '--target',
    `qemu:-machine ${machine} ${device}`,
    ...profile,
    '--timeout',
    '30',
    '--record',
    'trace.txt',
  ];
  const { status, stderr } = runCli(folder, ['run', 'scenario.txt', ...words]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(runCli(folder, ['check', 'trace.txt', ...profile]).status).toBe(0);
  const trace = readFileSync(join(folder, 'trace.txt'), 'utf8');
  return [...trace.matchAll(/^(?:(fire) \S+ (\d+)|message \S+ (0x\S+).*)$/gm)].map(
    ([, fire, vector, data]) => data ?? `${fire} ${vector}`,
  );
}

const MSIX = `bring up fn
program fn.msix[0] 0
unmask fn.msix[0]
enable fn.msix
fire fn.msix[0]
mask fn.msix[0]
fire fn.msix[0]
read fn.pba 8
program fn.msix[0] 1
unmask fn.msix[0]
read fn.pba 8
mask fn.msix
fire fn.msix[0]
unmask fn.msix
disable fn.master
fire fn.msix[0]
enable fn.master
mask fn.msix[0]
fire fn.msix[0]
disable fn.msix
unmask fn.msix[0]
enable fn.msix
fire fn.msix[0]
`;

/** One message each, none of which came while it was masked or switched off; that without bus master is lost. */
const MSIX_EVENTS = 'fire 0,0x4000,fire 0,0x4020,fire 0,0x4020,fire 0,fire 0,0x4020,fire 0,0x4020';
/** The same of a device that needs bus mastering for the event itself. */
const MSIX_BY_QUEUE = MSIX_EVENTS.replace('fire 0,fire 0', 'fire 0');

test.each([
  ['rocker', '-device rocker', 'need fn endpoint', MSIX_EVENTS],
  ['virtio-net', '-device virtio-net-pci,ioeventfd=off', 'need fn virtio', MSIX_BY_QUEUE],
  ['virtio-net whose doorbells ring late', '-device virtio-net-pci', 'need fn virtio', MSIX_BY_QUEUE],
  ['nvme, which works when it likes', '-device nvme,serial=1', 'need fn endpoint', MSIX_BY_QUEUE],
  ['e1000e, whose clock runs', '-device e1000e', 'need fn endpoint', MSIX_EVENTS],
  ['a root port', '-device pcie-root-port,chassis=1', 'need fn slot', MSIX_EVENTS],
  [
    'rocker behind a root port',
    '-device pcie-root-port,id=rp,chassis=1 -device rocker,bus=rp',
    'need fn behind',
    MSIX_EVENTS,
  ],
])('MSI-X of %s: masks, pending bits and delivery', (_name, device, need, events) => {
  live(() => {
    expect(interrupts(device, `need fn msix 1\n${need}\n${MSIX}`).join(',')).toBe(events);
  })();
});

test(
  'MSI-X of rocker: each vector has its own message, and all that wait come when the function mask goes',
  live(() => {
    const steps = ['bring up fn', 'enable fn.msix'];
    for (const vector of [0, 1, 3]) steps.push(`program fn.msix[${vector}] ${vector}`, `unmask fn.msix[${vector}]`);
    steps.push('fire fn.msix[3]', 'fire fn.msix[2]', 'mask fn.msix', 'fire fn.msix[1]', 'fire fn.msix[0]');
    const scenario = ['need fn msix 4', ...steps, 'unmask fn.msix', ''].join('\n');
    const events = ['fire 3', '0x4060', 'fire 2', 'fire 1', 'fire 0', '0x4000', '0x4020'];
    expect(interrupts('-device rocker', scenario)).toEqual(events);
    expect(interrupts('-device rocker', scenario, 'pc')).toEqual(events);
  }),
);

test(
  'MSI-X of nvme: a queue with a vector of its own',
  live(() => {
    const steps = ['bring up fn', 'enable fn.msix', 'program fn.msix[9] 9', 'unmask fn.msix[9]', 'fire fn.msix[9]'];
    steps.push('mask fn.msix[9]', 'fire fn.msix[9]', 'read fn.pba 8', 'unmask fn.msix[9]');
    const scenario = ['need fn msix 65', ...steps, ''].join('\n');
    // With vector 0, which is masked, the controller tells that it has made the queue.
    expect(interrupts('-device nvme,serial=1', scenario)).toEqual(['fire 9', '0x4120', 'fire 9', '0x4120']);
  }),
);

test(
  'MSI of edu: delivery, and INTx where it is off',
  live(() => {
    const scenario = `need fn msi 1
need fn endpoint
bring up fn
program fn.msi[0] 0
enable fn.msi count 1
fire fn.msi[0]
program fn.msi[0] 1
fire fn.msi[0]
disable fn.msi
fire fn.msi[0]
config read fn.status 2
enable fn.msi count 1
fire fn.msi[0]
`;
    const events = ['fire 0', '0x4000', 'fire 0', '0x4020', 'fire 0', 'fire 0', '0x4020'];
    expect(interrupts('-device edu', scenario)).toEqual(events);
  }),
);

test(
  'e1000e: one message after the other of five vectors, and by MSI',
  live(() => {
    const steps = ['bring up fn', 'enable fn.msix'];
    for (let vector = 0; vector < 5; vector++)
      steps.push(`program fn.msix[${vector}] ${vector}`, `unmask fn.msix[${vector}]`);
    for (let times = 0; times < 2; times++)
      for (let vector = 0; vector < 5; vector++) steps.push(`fire fn.msix[${vector}]`);
    steps.push('disable fn.msix', 'program fn.msi[0] 5', 'enable fn.msi count 1', 'fire fn.msi[0]', 'fire fn.msi[0]');
    const scenario = ['need fn msix 5', 'need fn msi 1', ...steps, ''].join('\n');
    const each = [0, 1, 2, 3, 4].flatMap((vector) => [`fire ${vector}`, `0x${(0x4000 + 0x20 * vector).toString(16)}`]);
    const events = [...each, ...each, 'fire 0', '0x40a0', 'fire 0', '0x40a0'];
    expect(interrupts('-device e1000e', scenario)).toEqual(events);
    expect(interrupts('-device e1000e', scenario, 'pc')).toEqual(events);
  }),
);

test(
  'MSI of ioh3420: masks and pending bits',
  live(() => {
    const scenario = `need fn msi 1
need fn slot
bring up fn
program fn.msi[0] 0
enable fn.msi count 1
fire fn.msi[0]
mask fn.msi[0]
fire fn.msi[0]
unmask fn.msi[0]
mask fn.msi[0]
fire fn.msi[0]
disable fn.msi
unmask fn.msi[0]
enable fn.msi count 1
`;
    const events = ['fire 0', '0x4000', 'fire 0', '0x4000', 'fire 0', '0x4000'];
    expect(interrupts('-device ioh3420,chassis=1', scenario)).toEqual(events);
  }),
);

test(
  'an event that cannot be made to happen is not said to have happened',
  live(() => {
    const scenario = `need fn msix 4
bring up fn
program fn.msix[0] 0
unmask fn.msix[0]
enable fn.msix
decode off fn space memory
fire fn.msix[0]
decode on fn
fire fn.msix[0]
move bar fn.bar0 to ram decode kept
fire fn.msix[0]
`;
    expect(interrupts('-device rocker', scenario)).toEqual(['fire 0', '0x4000']);
  }),
);

test(
  'where a guest puts ECAM over the messages, nobody knows what was sent',
  live(() => {
    const scenario = `need fn1 msix 4
bring up fn1
program fn1.msix[0] 0
unmask fn1.msix[0]
enable fn1.msix
fire fn1.msix[0]
config write fn.config+0x60 4 0x1 via cam
fire fn1.msix[0]
config write fn.config+0x60 4 0xb0000001 via cam
fire fn1.msix[0]
`;
    expect(interrupts('-device rocker', scenario)).toEqual(['fire 0', '0x4000', 'fire 0', 'fire 0', '0x4000']);
  }),
);

/** What resets of QEMU 7.2 leave behind; the profile says why. */
test.each([
  [
    'rocker without MSI-X Enable, after a bus reset',
    ['pcie-root-port,id=rp,chassis=1', 'rocker,bus=rp'],
    'need fn msix 4\nneed fn behind\nneed fn1 bridge\nenable fn.msix\nbus reset fn1\nbring up fn\nprogram fn.msix[3] 0\nunmask fn.msix[3]\nfire fn.msix[3]\n',
    'MSIX-016-52084b46',
  ],
  [
    'a switch port without Bus Master Enable, after FLR',
    ['pcie-root-port,id=rp,chassis=1', 'x3130-upstream,id=up,bus=rp', 'xio3130-downstream,bus=up,chassis=2'],
    'need fn slot\nneed fn flr\nflr fn\nprogram fn.msi[0] 0\nenable fn.msi count 1\nfire fn.msi[0]\n',
    'CMD-010-9806d99f',
  ],
])('a message that must not come is found: of %s', (_name, devices, scenario, id) => {
  live(() => {
    const folder = newFolder();
    writeFileSync(join(folder, 'scenario.txt'), scenario);
    const target = `qemu:-machine q35 ${devices.map((device) => `-device ${device}`).join(' ')}`;
    const words = [
      '--target',
      target,
      '--profile',
      'qemu-q35',
      '--only',
      'MSIX-016,CMD-010',
      '--timeout',
      '30',
      '--json',
    ];
    const { status, stdout, stderr } = runCli(folder, ['run', 'scenario.txt', ...words]);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { findings } = JSON.parse(stdout) as { findings: object[] };
    expect(findings).toMatchObject([{ id, access: 'message 0x3ff000 0x4000', known: true }]);
  })();
});
