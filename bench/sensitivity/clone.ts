/**
 * Copy of an object with everything that hangs on it. The bench branches off a model before each flip instead of
 * replaying the trace from its beginning; that is exact only if nothing of the model is shared with its copy. So a
 * thing that this cannot copy is an error, never passed over.
 */

type Indexed = Record<string, unknown>;

/** Properties whose elements never change after they were made: the collection is copied, its elements are shared. */
const SHARED_ELEMENTS: ReadonlySet<string> = new Set(['fields', 'groups', 'layouts']);

/**
 * Copies what `root` reaches. `replaced`: objects that get something else in the copy (the way out of the model), or
 * themselves (what is shared because nobody changes it).
 */
export function copyGraph<T extends object>(root: T, replaced: ReadonlyMap<object, object>): T {
  const done = new Map<object, object>(replaced);
  return copyObject(root, done) as T;
}

function copyValue(value: unknown, done: Map<object, object>): unknown {
  if (typeof value === 'function') throw new Error(`a model holds a function: ${value.name}`);
  if (typeof value !== 'object' || value === null) return value;
  return copyObject(value, done);
}

function copyObject(original: object, done: Map<object, object>): object {
  const known = done.get(original);
  if (known !== undefined) return known;
  if (ArrayBuffer.isView(original)) {
    const copy = (original as Int32Array).slice();
    done.set(original, copy);
    return copy;
  }
  if (Array.isArray(original)) return copyArray(original, done);
  if (original instanceof Map) {
    const copy = new Map();
    done.set(original, copy);
    for (const [key, value] of original) copy.set(copyValue(key, done), copyValue(value, done));
    return copy;
  }
  if (original instanceof Set) {
    const copy = new Set();
    done.set(original, copy);
    for (const value of original) copy.add(copyValue(value, done));
    return copy;
  }
  const name = original.constructor.name;
  if (/^(Generator|Promise|Weak|Date|RegExp)/.test(name)) throw new Error(`a model holds a ${name}`);
  const copy = Object.create(Object.getPrototypeOf(original)) as Indexed;
  done.set(original, copy);
  const from = original as Indexed;
  for (const key of Object.keys(from)) {
    const value = from[key];
    copy[key] = SHARED_ELEMENTS.has(key) ? shallowCopy(value) : copyValue(value, done);
  }
  return copy;
}

function shallowCopy(value: unknown): unknown {
  return value instanceof Map ? new Map(value) : Array.isArray(value) ? value.slice() : value;
}

function copyArray(original: readonly unknown[], done: Map<object, object>): unknown[] {
  const copy: unknown[] = [];
  // Holes stay holes: the functions of a bus are sparse.
  copy.length = original.length;
  done.set(original, copy);
  original.forEach((value, index) => {
    copy[index] = copyValue(value, done);
  });
  return copy;
}
