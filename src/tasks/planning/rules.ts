import type { RuleVerdict } from "../definition.ts";

/**
 * One rule of a planner. The same list decides for a million volumes (`passes` only) and explains one
 * (`describe`), so that what is shown is what was done.
 */
export interface Rule<Candidate> {
  /** Short, stable. */
  readonly name: string;
  /** A forced task sets `threshold` rules aside, `safety` rules never. */
  readonly kind: "safety" | "threshold";
  passes(candidate: Candidate): boolean;
  describe(candidate: Candidate): RuleWords;
}

export interface RuleWords {
  readonly measured: string;
  readonly threshold: string;
  /** The comparison in words, without the verdict: `garbage 12 % < 30 %`. */
  readonly clause: string;
}

/** The first rule that turns the candidate away, or undefined. */
export function firstFailing<Candidate>(
  rules: readonly Rule<Candidate>[],
  candidate: Candidate,
  force: boolean,
): Rule<Candidate> | undefined {
  for (const rule of rules) {
    if (force && rule.kind === "threshold") continue;
    if (!rule.passes(candidate)) return rule;
  }
  return undefined;
}

/** Every rule with its verdict, in order. */
export function verdictsOf<Candidate>(
  type: string,
  rules: readonly Rule<Candidate>[],
  candidate: Candidate,
  force: boolean,
): readonly RuleVerdict[] {
  return rules.map((rule) => {
    const pass = rule.passes(candidate);
    const { measured, threshold, clause } = rule.describe(candidate);
    const forced = !pass && force && rule.kind === "threshold";
    const verdict = pass ? "ok" : forced ? "not due, but forced" : rule.kind === "safety" ? "left out" : "not due";
    return { rule: rule.name, measured, threshold, pass: pass || forced, text: `${type}: ${clause} → ${verdict}` };
  });
}

/** Counts turned-away candidates by rule. */
export class SkipCounter {
  readonly #counts = new Map<string, number>();

  add(rule: string, count = 1): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + count);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
