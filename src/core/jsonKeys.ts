/** Up to so many keys are compared one by one, which takes less than a set. */
const fewKeys = 16;

/** The keys of the objects that are open, innermost last, to find one that stands twice. */
export class JsonKeys {
  readonly #keys: string[] = [];
  /** Where the keys of each open object begin, and a set of them where they are many. */
  readonly #starts: number[] = [];
  readonly #sets: (Set<string> | undefined)[] = [];
  #count = 0;

  open(): void {
    this.#starts.push(this.#count);
    this.#sets.push(undefined);
  }

  close(): void {
    this.#count = this.#starts.pop() ?? 0;
    this.#sets.pop();
  }

  /** How many keys the innermost object has so far. */
  get size(): number {
    return this.#count - (this.#starts.at(-1) ?? 0);
  }

  /** Answers whether the innermost object lacked the key. */
  add(key: string): boolean {
    const start = this.#starts.at(-1) ?? 0;
    if (this.#count - start >= fewKeys) return this.#addToSet(key, start);
    for (let index = start; index < this.#count; index += 1) {
      if (this.#keys[index] === key) return false;
    }
    this.#keys[this.#count] = key;
    this.#count += 1;
    return true;
  }

  #addToSet(key: string, start: number): boolean {
    const top = this.#sets.length - 1;
    const set = this.#sets[top] ?? new Set(this.#keys.slice(start, this.#count));
    this.#sets[top] = set;
    if (set.has(key)) return false;
    set.add(key);
    this.#keys[this.#count] = key;
    this.#count += 1;
    return true;
  }
}
