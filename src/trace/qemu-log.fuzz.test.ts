import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';

/**
 * The scanner against a slow reader made of regular expressions: one line, one string, one match. It knows x86 logs
 * only (CAM ports, absolute ECAM), which is where the scanner must be quick.
 */
function slowReader(log: string): string[] {
  interface Item {
    text: string;
    config?: { write: boolean; told: boolean; low: number; value: bigint; mask: bigint };
  }
  const items: Item[] = [];
  for (const raw of log.split('\n')) {
    const line = raw.replace(/[\r\0]/g, '').replace(/^\d+@[\d.]+:/, '');
    const ops =
      /^memory_region_ops_(read|write) cpu (-?\d+) mr 0x[0-9a-f]+ addr 0x([0-9a-f]+) value 0x([0-9a-f]+) size (\d) name '(.*)'$/.exec(
        line,
      );
    const cfg = /^pci_cfg_(read|write) \S+ (\S+) @0x([0-9a-f]+) (?:->|<-) 0x([0-9a-f]+)$/.exec(line);
    const level = /^ioapic_set_irq vector: (\d+) level: (\d+)$/.exec(line);
    if (ops !== null) {
      const [, word, cpu, address, digits, size, name] = ops as unknown as string[];
      const mask = (1n << BigInt(8 * Number(size))) - 1n;
      const value = BigInt(`0x${digits}`) & mask;
      const number = BigInt(`0x${address}`);
      if (name === 'apic-msi') {
        const register = number >= 0xfee00000n && number <= 0xfee00fffn && ((number >> 4n) & 0xffn) !== 0n;
        if (word === 'write' && !register) items.push({ text: `message 0x${address} 0x${value.toString(16)}` });
        continue;
      }
      const vcpu = cpu === '0' ? '' : cpu === '-1' ? '@- ' : `@${cpu} `;
      const space = number < 0x10000n && size !== '8' ? 'port' : 'memory';
      const arrow = word === 'write' ? '<-' : '->';
      const text = `${vcpu}${word} ${space} 0x${number.toString(16)} ${size} ${arrow} 0x${value.toString(16)}`;
      const config = name === 'pci-conf-data' || name === 'pcie-mmcfg-mmio';
      const low = Number(number & 3n);
      items.push(config ? { text, config: { write: word === 'write', told: false, low, value, mask } } : { text });
    } else if (cfg !== null) {
      const [, word, bdf, register, digits] = cfg as unknown as string[];
      const value = BigInt(`0x${digits}`);
      const text = `${word} config ${bdf} 0x${register} ? ${word === 'read' ? '->' : '<-'} 0x${digits}`;
      const low = Number.parseInt(register as string, 16) & 3;
      items.push({ text, config: { write: word === 'write', told: true, low, value, mask: 0xffffffffn } });
    } else if (level !== null) {
      items.push({ text: `line ${level[1]} ${level[2]}` });
    } else if (line !== '') {
      items.push({ text: `# ${line}` });
    }
  }
  const records = items.filter((item) => !item.text.startsWith('#'));
  const twins = new Set<Item>();
  for (let index = 0; index + 1 < records.length; index++) {
    const [first, second] = [records[index] as Item, records[index + 1] as Item];
    const [told, region] = first.config?.told === true ? [first, second] : [second, first];
    if (told.config?.told !== true || region.config?.told !== false || twins.has(told)) continue;
    const order = told.config.write ? told === second : told === first;
    const same = ((told.config.value ^ region.config.value) & region.config.mask) === 0n;
    if (order && same && told.config.write === region.config.write && told.config.low === region.config.low) {
      twins.add(told);
    }
  }
  return items.filter((item) => !twins.has(item)).map((item) => item.text);
}

const hex = (limit: bigint): fc.Arbitrary<string> => fc.bigInt(0n, limit).map((value) => `0x${value.toString(16)}`);
const size = fc.constantFrom(1, 2, 4, 8);
const cpu = fc.constantFrom(0, 0, 1, 17, -1);
const wide = hex(2n ** 64n - 1n);

const opsLine = (address: fc.Arbitrary<string>, name: string, value = wide): fc.Arbitrary<string[]> =>
  fc
    .tuple(fc.constantFrom('read', 'write'), cpu, address, value, size)
    .map(([word, vcpu, at, what, bytes]) => [
      `memory_region_ops_${word} cpu ${vcpu} mr 0x55f256df91a0 addr ${at} value ${what} size ${bytes} name '${name}'`,
    ]);

/** A configuration access with both lines; now and then the two do not fit, and a text may stand between. */
const configPair = fc
  .record({
    write: fc.boolean(),
    low: fc.nat(3),
    toldLow: fc.nat(11),
    register: fc.nat(1023),
    value: fc.bigInt(0n, 0xffffffffn),
    bytes: fc.constantFrom(1, 2, 4),
    other: fc.nat(9),
    text: fc.constantFrom([], [], [], ['ahci: IRQ#0 level:1']),
  })
  .map(({ write, low, toldLow, register, value, bytes, other, text }) => {
    const word = write ? 'write' : 'read';
    const mask = (1n << BigInt(8 * bytes)) - 1n;
    const ops = `memory_region_ops_${word} cpu 0 mr 0x1 addr 0x${(0xcfc + low).toString(16)} value 0x${(value & mask).toString(16)} size ${bytes} name 'pci-conf-data'`;
    const told = (other === 0 ? value ^ 1n : value) & mask;
    const at = (register * 4 + (toldLow > 3 ? low : toldLow)) & 0xfff;
    const cfg = `pci_cfg_${word} nvme 00:05.0 @0x${at.toString(16)} ${write ? '<-' : '->'} 0x${told.toString(16)}`;
    return write ? [ops, ...text, cfg] : [cfg, ...text, ops];
  });

const lines = fc.oneof(
  { weight: 4, arbitrary: configPair },
  opsLine(hex(0xffffn), 'io'),
  opsLine(wide, 'usb2 port #1'),
  opsLine(
    hex(0xfffffffn).map((offset) => `0x${(0xb0000000n + BigInt(offset)).toString(16)}`),
    'pcie-mmcfg-mmio',
  ),
  opsLine(
    hex(0xfffffn).map((offset) => `0x${(0xfee00000n + BigInt(offset)).toString(16)}`),
    'apic-msi',
    hex(0xffffffffn),
  ),
  fc.tuple(fc.nat(300), fc.nat(1)).map(([input, level]) => [`ioapic_set_irq vector: ${input} level: ${level}`]),
  fc.constantFrom(['pcnet: Bad SWSTYLE=0x04'], ['']),
);

/** A last access, so that what stands before it is not taken for the end of a log that was cut. */
const END = ["memory_region_ops_read cpu 0 mr 0x1 addr 0x1 value 0x0 size 1 name 'io'"];

test('the scanner and the slow reader agree on every log', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(lines, { maxLength: 30 }),
      fc.boolean(),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 400 }),
      async (groups, stamped, end, piece) => {
        const stamp = (line: string): string => (/^(?:memory|pci|ioapic)/.test(line) ? `14@15.002527:${line}` : line);
        // The first lines say that this is a log, that the machine runs, and that it has CAM ports.
        const begin = ["memory_region_ops_write cpu 0 mr 0x1 addr 0xcf8 value 0x0 size 4 name 'pci-conf-idx'"];
        const log = [...begin, ...groups.flat(), ...END].map((line) => (stamped ? stamp(line) : line) + end).join('');
        const { text, result } = await collect(log, { piece });
        // A text between the two lines of an access may be told before it.
        const isText = (line: string): boolean => line.startsWith('#');
        const expected = slowReader(log);
        expect(text.filter((line) => !isText(line))).toEqual(expected.filter((line) => !isText(line)));
        expect(text.filter(isText)).toEqual(expected.filter(isText));
        expect(result.lines).toBe(log.split('\n').length - 1);
        expect(result.problems).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
