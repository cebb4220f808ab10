/** A file of a volume, as its name says. */
export interface VolumeFileName {
  readonly collection: string;
  readonly volumeId: number;
  /** With its dot: ".dat", ".ec07". */
  readonly extension: string;
}

const MAX_VOLUME_ID = 0xffff_ffff;

/** "<vid>" in the empty collection, else "<collection>_<vid>". */
export function volumeBaseName(collection: string, volumeId: number): string {
  return collection === "" ? String(volumeId) : `${collection}_${volumeId}`;
}

/**
 * Takes a file name (no folder) apart; undefined when it is not a volume's file. The volume id follows the last underscore,
 * so a collection may hold underscores. Staging files such as "1.dat.copying" are not volume files.
 */
export function parseVolumeFileName(fileName: string): VolumeFileName | undefined {
  const dot = fileName.lastIndexOf(".");
  if (dot <= 0) return undefined;
  const base = fileName.slice(0, dot);
  const underscore = base.lastIndexOf("_");
  const collection = underscore > 0 ? base.slice(0, underscore) : "";
  const volumeId = parseVolumeId(underscore > 0 ? base.slice(underscore + 1) : base);
  return volumeId === undefined ? undefined : { collection, volumeId, extension: fileName.slice(dot) };
}

/** A decimal volume id of 1 to 2^32 - 1 without leading zeros; undefined for anything else. */
export function parseVolumeId(text: string): number | undefined {
  if (!/^[1-9]\d{0,9}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= MAX_VOLUME_ID ? id : undefined;
}
