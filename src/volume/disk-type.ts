/** Internal and wire form of a disk type: "" for hdd, otherwise lower-case text ("ssd", "nvme"). */
export function normalizeDiskType(text: string): string {
  const lower = text.toLowerCase();
  return lower === "hdd" ? "" : lower;
}

/** What people read: the empty disk type is "hdd". */
export function displayDiskType(diskType: string): string {
  return diskType === "" ? "hdd" : diskType;
}
