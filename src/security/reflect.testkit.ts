/**
 * The certificate library's injector wants the metadata part of `Reflect`; it keeps constructor types there and
 * nothing else. Import this file before the library.
 */
const store = new WeakMap<object, Map<unknown, unknown>>();

function getMetadata(key: unknown, target: object): unknown {
  return store.get(target)?.get(key);
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const entries = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, entries.set(key, value));
}

Object.assign(Reflect, {
  getMetadata,
  getOwnMetadata: getMetadata,
  defineMetadata,
  metadata: (key: unknown, value: unknown) => (target: object) => defineMetadata(key, value, target),
});
