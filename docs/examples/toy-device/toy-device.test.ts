import { findingText, fuzz, ruleById, runScenario } from 'barometer';
import { expect, test } from 'vitest';
import { ToyDevice } from './toy-device.ts';

/** The device as it should be: bytes and words that are written to the BAR merge into what it holds. */
class MendedToyDevice extends ToyDevice {
  protected override writeBar(at: number, width: number, value: number): void {
    const [BAR0, MEMORY_SIZE] = [0x10, 0x1000];
    for (let byte = 0; byte < width; byte++) this.registers.setUint8(BAR0 + at + byte, value >>> (8 * byte));
    this.registers.setUint32(BAR0, this.registers.getUint32(BAR0, true) & -MEMORY_SIZE, true);
  }
}

/** The shortest program that a campaign on the device came to, kept as a test of its own. */
const WORD_WRITE = 'config write fn.bar0 2 0xbe4d\n';

// In a project of yours this would be the test, and it would fail: `expect(failures).toEqual([])`.
test('a campaign finds the bug of the toy device, names the rule and shows how to provoke it', () => {
  const { failures } = fuzz({ open: () => new ToyDevice(), seed: 'a', accesses: 1000, stopAfterFindings: 1 });
  expect(failures).toHaveLength(1);
  const [{ finding, scenario, reproduced }] = failures as [(typeof failures)[0]];
  expect(finding.rule).toBe('BAR-012');
  expect(ruleById(finding.rule)?.title).toBe('Partial-width BAR writes');
  expect(findingText(finding, 'toy device')).toContain('Bytes and words that are written to a BAR merge into');
  expect(scenario).toBe(WORD_WRITE);
  expect(reproduced).toBe(true);
});

test('nothing is found in the mended device', () => {
  const { failures, accesses } = fuzz({ open: () => new MendedToyDevice(), seed: 'a', accesses: 1000 });
  expect(failures.map(({ finding }) => findingText(finding, 'mended toy device'))).toEqual([]);
  expect(accesses).toBeGreaterThanOrEqual(1000);
});

test('the scenario breaks the rule on the device, and not on the mended one', () => {
  const rules = (open: () => ToyDevice): string[] => runScenario(WORD_WRITE, { open }).findings.map(({ rule }) => rule);
  expect(rules(() => new ToyDevice())).toEqual(['BAR-012']);
  expect(rules(() => new MendedToyDevice())).toEqual([]);
});

test('nothing is found where the deviation is declared', () => {
  const choices = { bar_subwrite: 'ignore' };
  const { failures } = fuzz({ open: () => new ToyDevice(), choices, seed: 'a', accesses: 1000 });
  expect(failures).toEqual([]);
});
