/** Number arrays a table is made of. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigInt64Array;

const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_ROWS - 1;

/**
 * One column of a table. It grows by fixed chunks, not by doubling, and is put into order in place, so that the
 * peak of memory is the size of the data.
 */
export class Column<T extends Numbers> {
  readonly #make: (length: number) => T;
  readonly #chunks: T[] = [];
  #length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  get length(): number {
    return this.#length;
  }

  push(value: T[number]): void {
    const at = this.#length & CHUNK_MASK;
    if (at === 0) this.#chunks.push(this.#make(CHUNK_ROWS));
    const last = this.#chunks[this.#length >> CHUNK_BITS];
    if (last !== undefined) last[at] = value;
    this.#length++;
  }

  at(row: number): T[number] | undefined {
    return this.#chunks[row >> CHUNK_BITS]?.[row & CHUNK_MASK];
  }

  /** Puts the rows into the order that `order` names: row `order[n]` becomes row `n`. */
  reorder(order: Uint32Array): void {
    const placed = new Uint8Array(this.#length);
    for (let start = 0; start < order.length; start++) {
      if (placed[start] === 1) continue;
      const first = this.at(start);
      let to = start;
      for (;;) {
        placed[to] = 1;
        const from = order[to] ?? to;
        if (from === start) break;
        this.#set(to, this.at(from));
        to = from;
      }
      this.#set(to, first);
    }
  }

  /** Replaces every value. */
  renumber(change: (value: T[number]) => T[number]): void {
    for (let row = 0; row < this.#length; row++) {
      const value = this.at(row);
      if (value !== undefined) this.#set(row, change(value));
    }
  }

  #set(row: number, value: T[number] | undefined): void {
    const chunk = this.#chunks[row >> CHUNK_BITS];
    if (chunk !== undefined && value !== undefined) chunk[row & CHUNK_MASK] = value;
  }
}

const LOW_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * Row numbers sorted by volume id, then by `rank` of the row's disk: the same cluster gives the same order
 * whatever order the master sent it in.
 */
export function orderByVolume(
  volumeIds: Column<Uint32Array>,
  disks: Column<Uint32Array>,
  rank: Uint32Array,
): Uint32Array {
  const rows = volumeIds.length;
  // Volume id above, row number below: the engine's numeric sort needs no comparison function.
  const keys = new BigUint64Array(rows);
  const words = new Uint32Array(keys.buffer);
  for (let row = 0; row < rows; row++) {
    words[2 * row + LOW_WORD] = row;
    words[2 * row + 1 - LOW_WORD] = volumeIds.at(row) ?? 0;
  }
  keys.sort();
  const order = new Uint32Array(rows);
  for (let at = 0; at < rows; at++) order[at] = words[2 * at + LOW_WORD] ?? 0;

  const diskRank = (row: number): number => rank[disks.at(row) ?? 0] ?? 0;
  for (let at = 1; at < rows; at++) {
    const row = order[at] ?? 0;
    const volumeId = volumeIds.at(row);
    let to = at;
    while (to > 0) {
      const before = order[to - 1] ?? 0;
      if (volumeIds.at(before) !== volumeId || diskRank(before) <= diskRank(row)) break;
      order[to] = before;
      to--;
    }
    order[to] = row;
  }
  return order;
}
