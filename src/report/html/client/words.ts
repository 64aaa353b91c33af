/** Numbers and words as the page writes them. */

export function grouped(count: number): string {
  const digits = String(count);
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : many}`;
}

export function hex(value: number, digits = 0): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}

/** What the attributes of the register maps mean. */
export const ATTRIBUTES: Readonly<Record<string, string>> = {
  RO: 'read-only',
  RW: 'read-write',
  choice: 'read-write or hardwired',
  choice0: 'read-write or hardwired to 0',
  RW1C: 'write 1 to clear',
  zero: 'reads 0',
  volatile: 'changes by itself',
  open: 'up to the device',
};
