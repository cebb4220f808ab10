/** How long a benchmark runs. `quick` is for looking at the programs, not at the figures. */
export interface Plan {
  readonly root: string;
  readonly quick: boolean;
  readonly rounds: number;
}
