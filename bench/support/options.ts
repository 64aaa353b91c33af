import { parseArgs } from 'node:util';

/** Options of a bench: each has a default, and that default says of what kind it is. */
export function benchOptions<T extends Record<string, string | number | boolean>>(defaults: T): T {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { values } = parseArgs({ options });
  const given = Object.entries(values).map(([name, value]) => {
    if (typeof defaults[name] !== 'number') return [name, value];
    const number = Number(value);
    if (!(Number.isInteger(number) && number > 0)) throw new Error(`--${name} must be a whole number above 0`);
    return [name, number];
  });
  return { ...defaults, ...Object.fromEntries(given) } as T;
}
