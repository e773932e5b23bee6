/** Modules are loaded once per process, and so is the queue of those that load them. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Loads a module when those asked for before have been loaded; `load` does nothing but import it.
 * Of two that load side by side one may `require` an ES module that the other is still loading, which
 * Node.js refuses with an error. So no module of assay is imported dynamically in another way.
 *
 * @throws what loading throws
 */
export function loadInTurn<T>(load: () => Promise<T>): Promise<T> {
  const loaded = turn.then(load);
  turn = loaded.catch(() => undefined);
  return loaded;
}
