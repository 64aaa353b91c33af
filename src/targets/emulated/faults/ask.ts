/** Whether a deliberate bug is switched on, by its name. Asked at the place where such a bug would sit. */
export type Faulty = (id: string) => boolean;

export function switchedOn(faults: ReadonlySet<string>): Faulty {
  return faults.size === 0 ? () => false : (id) => faults.has(id);
}
