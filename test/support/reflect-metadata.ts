/**
 * The four functions of the metadata reflection proposal that tsyringe, on which @peculiar/x509 rests, asks for
 * before it loads. Import this file ahead of @peculiar/x509.
 */
const store = new WeakMap<object, Map<unknown, unknown>>();

function own(key: unknown, target: object): unknown {
  return store.get(target)?.get(key);
}

function inherited(key: unknown, target: object | null): unknown {
  for (let at = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (store.get(at)?.has(key) === true) return own(key, at);
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const known = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, known.set(key, value));
}

Object.assign(Reflect, {
  getMetadata: inherited,
  getOwnMetadata: own,
  hasMetadata: (key: unknown, target: object) => inherited(key, target) !== undefined,
  defineMetadata: define,
  metadata: (key: unknown, value: unknown) => (target: object) => {
    define(key, value, target);
  },
});
