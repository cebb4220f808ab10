import { serveThread, threadData } from "../../core/thread-serve.ts";
import { generateEcVolume } from "../../volume/ec-generate.ts";

export interface EncodeRequests {
  encode: { payload: EncodeJob; result: EncodeResult };
}

interface EncodeJob {
  readonly datPath: string;
  readonly idxPath: string;
  /** Path without extension of the files that are made. */
  readonly base: string;
  readonly encodeTsNs: bigint;
  readonly expireAtSec: number;
}

interface EncodeResult {
  readonly shardSize: number;
  readonly needles: number;
}

/** Where the thread counts the bytes of the `.dat` it is done with; shared with its owner. */
export interface EncodeData {
  readonly done: BigInt64Array<SharedArrayBuffer>;
}

const { done } = threadData<EncodeData>();

serveThread<EncodeRequests>({
  encode: async (job, { signal }) => {
    // Scratch files need no sync: after a crash the attempt begins anew.
    const made = await generateEcVolume({
      ...job,
      durable: false,
      signal,
      onProgress: (bytes) => void Atomics.store(done, 0, BigInt(bytes)),
    });
    return { shardSize: made.shardSize, needles: made.needles };
  },
});
