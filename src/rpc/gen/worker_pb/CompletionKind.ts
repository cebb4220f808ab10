// Original file: proto/worker.proto

export const CompletionKind = {
  COMPLETION_DEFAULT: 'COMPLETION_DEFAULT',
  COMPLETION_CANCELLED: 'COMPLETION_CANCELLED',
  COMPLETION_HANDED_BACK: 'COMPLETION_HANDED_BACK',
  COMPLETION_UNCLEAN: 'COMPLETION_UNCLEAN',
} as const;

export type CompletionKind =
  | 'COMPLETION_DEFAULT'
  | 0
  | 'COMPLETION_CANCELLED'
  | 1
  | 'COMPLETION_HANDED_BACK'
  | 2
  | 'COMPLETION_UNCLEAN'
  | 3

export type CompletionKind__Output = typeof CompletionKind[keyof typeof CompletionKind]
