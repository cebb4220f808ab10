/** Number arrays a table is made of. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigInt64Array;

/** Row n of a column is `chunks[n >> CHUNK_BITS][n & CHUNK_MASK]`. */
export const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_ROWS - 1;

/**
 * One column of a table. It grows by fixed chunks, not by doubling, so that the peak of memory is the size of the
 * data. Readers take `chunks` themselves: a shared accessor would be used with every kind of array, which the
 * engine cannot make fast.
 */
export class Column<T extends Numbers> {
  readonly #make: (length: number) => T;
  #chunks: T[] = [];
  #length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  get length(): number {
    return this.#length;
  }

  get chunks(): readonly T[] {
    return this.#chunks;
  }

  push(value: T[number]): void {
    const at = this.#length & CHUNK_MASK;
    if (at === 0) this.#chunks.push(this.#make(CHUNK_ROWS));
    const last = this.#chunks[this.#length >> CHUNK_BITS];
    if (last !== undefined) last[at] = value;
    this.#length++;
  }

  /**
   * Puts the rows into the order that `order` names: row `order[n]` becomes row `n`. They are written into
   * `spare`, chunks of an earlier column; the chunks that are free now are returned.
   */
  reorder(order: Uint32Array, spare: T[]): T[] {
    const old = this.#chunks;
    while (spare.length < old.length) spare.push(this.#make(CHUNK_ROWS));
    for (let to = 0; to < order.length; to++) {
      const from = order[to] ?? 0;
      const value = old[from >> CHUNK_BITS]?.[from & CHUNK_MASK];
      const chunk = spare[to >> CHUNK_BITS];
      if (chunk !== undefined && value !== undefined) chunk[to & CHUNK_MASK] = value;
    }
    this.#chunks = spare;
    return old;
  }
}

/** Reorders columns of one kind with the memory of one more of them. */
export function reorderAll<T extends Numbers>(columns: readonly Column<T>[], order: Uint32Array): void {
  let spare: T[] = [];
  for (const column of columns) spare = column.reorder(order, spare);
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
  const value = (column: Column<Uint32Array>, row: number): number =>
    column.chunks[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  // Volume id above, row number below: the engine's numeric sort needs no comparison function.
  const keys = new BigUint64Array(rows);
  const words = new Uint32Array(keys.buffer);
  for (let row = 0; row < rows; row++) {
    words[2 * row + LOW_WORD] = row;
    words[2 * row + 1 - LOW_WORD] = value(volumeIds, row);
  }
  keys.sort();
  const order = new Uint32Array(rows);
  for (let at = 0; at < rows; at++) order[at] = words[2 * at + LOW_WORD] ?? 0;

  const diskRank = (row: number): number => rank[value(disks, row)] ?? 0;
  for (let at = 1; at < rows; at++) {
    const row = order[at] ?? 0;
    const volumeId = value(volumeIds, row);
    let to = at;
    while (to > 0) {
      const before = order[to - 1] ?? 0;
      if (value(volumeIds, before) !== volumeId || diskRank(before) <= diskRank(row)) break;
      order[to] = before;
      to--;
    }
    order[to] = row;
  }
  return order;
}
