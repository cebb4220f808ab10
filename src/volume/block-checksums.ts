import { crc32c } from "./crc32c.ts";
import { DEFAULT_CHECKSUM_BLOCK } from "./ec-sum.ts";

/** Checksums the blocks of a file whose bytes come in order, in pieces of any length. */
export class BlockChecksums {
  readonly #blockSize: number;
  readonly #done: number[] = [];
  #current = 0;
  #inBlock = 0;
  #total = 0;

  constructor(blockSize = DEFAULT_CHECKSUM_BLOCK) {
    this.#blockSize = blockSize;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(this.#blockSize - this.#inBlock, bytes.length - at);
      this.#current = crc32c(bytes.subarray(at, at + take), this.#current);
      this.#inBlock += take;
      at += take;
      if (this.#inBlock === this.#blockSize) this.#finishBlock();
    }
    this.#total += bytes.length;
  }

  /** The file's length and the checksums of its blocks, the last one shorter. */
  finish(): { readonly coveredSize: number; readonly blocks: readonly number[] } {
    if (this.#inBlock > 0) this.#finishBlock();
    return { coveredSize: this.#total, blocks: this.#done };
  }

  #finishBlock(): void {
    this.#done.push(this.#current);
    this.#current = 0;
    this.#inBlock = 0;
  }
}
