/**
 * A copy of everything that can be reached from some objects, to be put back later: into the same objects, so that
 * whoever refers to one of them still does. It holds for any class of the model, of today or tomorrow, without a word
 * in it; what must outlast going back is named by its property.
 */

type Properties = Record<string, unknown>;
/** Names of properties that keep their present value, by the name of their class. */
export type Lasting = ReadonlyMap<string, ReadonlySet<string>>;

export class Memento {
  private readonly lasting: Lasting;
  private readonly constant: ReadonlySet<string>;
  private former: Memento | undefined;
  /** What typed arrays lie in, as a whole, since many of them may share one. */
  private readonly buffers = new Map<ArrayBufferLike, { present: Uint8Array; copy: Uint8Array }>();
  private readonly lists = new Map<unknown[], unknown[]>();
  private readonly maps = new Map<Map<unknown, unknown>, [unknown, unknown][]>();
  private readonly sets = new Map<Set<unknown>, unknown[]>();
  private readonly objects = new Map<object, Properties>();

  /**
   * `constant`: names of properties that are put back, but what they refer to never changes. `former`: a copy that is needed no more, whose buffers are used again.
   */
  constructor(roots: readonly object[], lasting: Lasting, constant: ReadonlySet<string>, former?: Memento) {
    this.lasting = lasting;
    this.constant = constant;
    this.former = former;
    const queue: unknown[] = [...roots];
    while (queue.length > 0) this.keep(queue.pop(), queue);
    this.former = undefined;
  }

  /** Puts everything back as it was; may be done again and again. */
  restore(): void {
    for (const { present, copy } of this.buffers.values()) present.set(copy);
    for (const [list, items] of this.lists) {
      list.length = 0;
      // Holes stay holes.
      items.forEach((item, index) => (list[index] = item));
      list.length = items.length;
    }
    for (const [map, entries] of this.maps) {
      map.clear();
      for (const [key, value] of entries) map.set(key, value);
    }
    for (const [set, items] of this.sets) {
      set.clear();
      for (const item of items) set.add(item);
    }
    for (const [object, properties] of this.objects) Object.assign(object, properties);
  }

  /** Keeps the contents of one value; what they refer to joins the queue. */
  private keep(value: unknown, queue: unknown[]): void {
    if (typeof value !== 'object' || value === null) return;
    if (ArrayBuffer.isView(value)) this.keepBuffer(value.buffer);
    else if (Array.isArray(value)) {
      if (this.lists.has(value)) return;
      const items: unknown[] = value.slice();
      this.lists.set(value, items);
      for (const item of items) if (typeof item === 'object') queue.push(item);
    } else if (value instanceof Map) {
      if (this.maps.has(value)) return;
      const entries = [...(value as Map<unknown, unknown>)];
      this.maps.set(value, entries);
      for (const [key, item] of entries) queue.push(key, item);
    } else if (value instanceof Set) {
      if (this.sets.has(value)) return;
      const items = [...(value as Set<unknown>)];
      this.sets.set(value, items);
      for (const item of items) queue.push(item);
    } else this.keepObject(value, queue);
  }

  private keepBuffer(buffer: ArrayBufferLike): void {
    if (this.buffers.has(buffer)) return;
    const kept = this.former?.buffers.get(buffer);
    const present = kept?.present ?? new Uint8Array(buffer);
    if (kept === undefined) this.buffers.set(buffer, { present, copy: present.slice() });
    else {
      kept.copy.set(present);
      this.buffers.set(buffer, kept);
    }
  }

  private keepObject(object: object, queue: unknown[]): void {
    if (this.objects.has(object)) return;
    const properties = { ...object } as Properties;
    for (const name of this.lasting.get(object.constructor.name) ?? []) delete properties[name];
    for (const name in properties) {
      const value = properties[name];
      if (typeof value === 'object' && !this.constant.has(name)) queue.push(value);
    }
    this.objects.set(object, properties);
  }
}
