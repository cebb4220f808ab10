/**
 * Keeps the `limit` best of many items by a number, largest first; equal ones in the order they came. A heap of
 * `limit` entries, so a million candidates cost no more memory than what is kept.
 */
export class TopList<T> {
  readonly #limit: number;
  /** Binary heap with the worst kept entry on top. */
  readonly #heap: { readonly score: number; readonly order: number; readonly item: T }[] = [];
  #offered = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Items that were offered, kept or not. */
  get offered(): number {
    return this.#offered;
  }

  /** Whether an item of this score would be kept: saves making it. */
  wants(score: number): boolean {
    const worst = this.#heap[0];
    return this.#heap.length < this.#limit || (worst !== undefined && score > worst.score);
  }

  /** `make` is called only when the item is kept. */
  offer(score: number, make: () => T): void {
    const order = this.#offered++;
    if (this.#limit <= 0 || !this.wants(score)) return;
    const entry = { score, order, item: make() };
    if (this.#heap.length < this.#limit) {
      this.#heap.push(entry);
      this.#up(this.#heap.length - 1);
    } else {
      this.#heap[0] = entry;
      this.#down();
    }
  }

  /** Best first. */
  sorted(): readonly T[] {
    return [...this.#heap].sort((a, b) => b.score - a.score || a.order - b.order).map((entry) => entry.item);
  }

  #worse(a: number, b: number): boolean {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return false;
    return left.score < right.score || (left.score === right.score && left.order > right.order);
  }

  #swap(a: number, b: number): void {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(): void {
    let at = 0;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#worse(child, worst)) worst = child;
      }
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }
}
