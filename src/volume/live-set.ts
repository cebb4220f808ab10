/** The live needles of an index, ascending by key; the three arrays run in parallel. Can be posted to a thread. */
export interface LiveSet {
  readonly keys: BigUint64Array<ArrayBuffer>;
  /** Byte positions in the .dat. */
  readonly offsets: Float64Array<ArrayBuffer>;
  /** Header sizes, 0 for empty files. */
  readonly sizes: Int32Array<ArrayBuffer>;
}

/** How two copies differ. Offsets are left out: replicas hold the same needles in different order. */
export interface LiveSetDifference {
  readonly equal: boolean;
  /** Needles that only the left copy has. */
  readonly onlyLeft: number;
  readonly onlyRight: number;
  /** Needles that both have with different sizes. */
  readonly sizeDiffers: number;
  /** A few of the keys concerned, ascending. */
  readonly samples: readonly bigint[];
}

const MAX_SAMPLES = 20;

/** Compares two copies of a volume by their live needles (key → size). */
export function compareLiveSets(left: LiveSet, right: LiveSet): LiveSetDifference {
  const samples: bigint[] = [];
  let [onlyLeft, onlyRight, sizeDiffers, l, r] = [0, 0, 0, 0, 0];
  while (l < left.keys.length || r < right.keys.length) {
    const leftKey = left.keys[l];
    const rightKey = right.keys[r];
    let differing: bigint | undefined;
    if (rightKey === undefined || (leftKey !== undefined && leftKey < rightKey)) {
      differing = leftKey;
      onlyLeft++;
      l++;
    } else if (leftKey === undefined || rightKey < leftKey) {
      differing = rightKey;
      onlyRight++;
      r++;
    } else {
      if (left.sizes[l] !== right.sizes[r]) {
        differing = leftKey;
        sizeDiffers++;
      }
      l++;
      r++;
    }
    if (differing !== undefined && samples.length < MAX_SAMPLES) samples.push(differing);
  }
  return { equal: onlyLeft + onlyRight + sizeDiffers === 0, onlyLeft, onlyRight, sizeDiffers, samples };
}
