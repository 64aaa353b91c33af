import { describe, expect, test } from 'vitest';
import { TargetDied } from '../../access/target-died.ts';
import type { Target } from '../../access/target.ts';
import { parseScenario } from '../../scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../targets/emulated/index.ts';
import { reachOf } from './reach.ts';

const open = (): Target => createEmulated({ layout: DEFAULT_LAYOUT });
const reach = (text: string, from = open) => reachOf({ open: from }, parseScenario(text).program);

const DEATH = {
  target: 'a test',
  kind: 'crash',
  how: 'ended',
  stderr: '',
  commands: [],
  unanswered: 0,
  answered: true,
} as const;

const SHORT = `need fn msix 1
enable fn.msix
fire fn.msix[0]
read fn.pba 8
`;
const LONG = `${SHORT}need fn1 flr
config read fn1.cmd 2
decode off fn1
decode on fn1
flr fn1
config read fn1.cmd 2
`;

/** A machine that ends at its access of this number. */
function dying(at: number): { target: Target; closed: () => boolean } {
  const inner = open();
  let count = 0;
  let isClosed = false;
  const target: Target = {
    description: inner.description,
    access: (access) => {
      if (++count > at) throw new TargetDied({ ...DEATH, detail: 'It ended.' });
      inner.access(access);
    },
    command: (command) => inner.command(command),
    takeEvents: () => inner.takeEvents(),
    close: () => void (isClosed = true),
  };
  return { target, closed: () => isClosed };
}

describe('a program', () => {
  test('reaches rules, and features by the state that it was in', () => {
    const { features, rules, accesses, unbound, died } = reach(LONG);
    expect({ unbound, died }).toEqual({ unbound: undefined, died: false });
    expect(features.size).toBeGreaterThan(3);
    expect(rules).toContain('MSIX-021');
    expect(accesses).toBeGreaterThan(4);
  });

  test('reaches the same each time, and not less with more steps', () => {
    const short = reach(SHORT);
    const long = reach(LONG);
    expect(reach(LONG)).toEqual(long);
    expect([...short.features].every((feature) => long.features.has(feature))).toBe(true);
    expect(short.features.size).toBeLessThan(long.features.size);
  });

  test('reaches nothing where it cannot be bound, and says why', () => {
    expect(reach('need fn msix 2049\nenable fn.msix\n')).toMatchObject({
      features: new Set(),
      rules: new Set(),
      accesses: 0,
      unbound: { operand: 'fn', reason: 'no function with MSI-X and at least 2049 vectors' },
      died: false,
    });
  });

  test('reaches what it reaches where rules break', () => {
    const broken = (): Target =>
      createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set(['command-guest-controls-host-bits']) });
    expect(reach(LONG, broken).features.size).toBeGreaterThan(3);
  });
});

describe('a target that dies', () => {
  test('on the way: what was reached until then counts', () => {
    const whole = reach(LONG);
    let before = -1;
    for (const at of [0, 1000, 2000, 4000, 1_000_000]) {
      const { target, closed } = dying(at);
      const { features, died } = reach(LONG, () => target);
      expect(closed()).toBe(true);
      expect(died).toBe(at < 1_000_000);
      expect(features.size).toBeGreaterThanOrEqual(before);
      expect([...features].every((feature) => whole.features.has(feature))).toBe(true);
      before = features.size;
    }
    expect(before).toBe(whole.features.size);
  });

  test('before it is there: nothing is known', () => {
    const none = (): Target => {
      throw new TargetDied({ ...DEATH, detail: 'It did not start.' });
    };
    expect(() => reach(LONG, none)).toThrow(TargetDied);
  });
});
