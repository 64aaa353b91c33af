/** Address of a function: segment << 16 | bus << 8 | device << 3 | function, as one number. */

const BDF = /^(?:([0-9a-fA-F]{1,4}):)?([0-9a-fA-F]{1,2}):([01]?[0-9a-fA-F])\.([0-7])$/;

/** `bb:dd.f` in hexadecimal as lspci prints it; the segment in front only when it is not 0. */
export function formatBdf(bdf: number): string {
  const segment = bdf >>> 16;
  const prefix = segment === 0 ? '' : `${segment.toString(16).padStart(4, '0')}:`;
  return `${prefix}${hex2((bdf >>> 8) & 0xff)}:${hex2((bdf >>> 3) & 31)}.${bdf & 7}`;
}

/** The number for `[ssss:]bb:dd.f`; undefined when the text is none. */
export function parseBdf(text: string): number | undefined {
  const match = BDF.exec(text);
  if (match === null) return undefined;
  const device = Number.parseInt(match[3] as string, 16);
  const segment = Number.parseInt(match[1] ?? '0', 16);
  return (segment << 16) | (Number.parseInt(match[2] as string, 16) << 8) | (device << 3) | Number(match[4]);
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0');
}
