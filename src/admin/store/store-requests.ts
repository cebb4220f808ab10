import type { ErrorParts } from "../../core/thread-messages.ts";
import type { StoreReads, StoreWrites } from "./store.ts";

/** Data the store thread is started with. */
export interface StoreThreadData {
  readonly file: string;
}

export type WriteName = keyof StoreWrites & string;
export type ReadName = keyof StoreReads & string;

export interface WriteRequest {
  readonly name: WriteName;
  readonly input: unknown;
}

export type WriteOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorParts };

/**
 * What crosses to the store thread: writes in batches, one commit each; reads one by one. Batches and their outcomes
 * (`WriteRequest[]`, `WriteOutcome[]`) cross as JSON text, at half the cost of a structured clone.
 */
export interface StoreRequests {
  open: { readonly payload: null; readonly result: null };
  batch: { readonly payload: string; readonly result: { readonly outcomes: string; readonly ms: number } };
  read: { readonly payload: { readonly name: ReadName; readonly input: unknown }; readonly result: unknown };
}
