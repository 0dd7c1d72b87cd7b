/** Where an operation lies in its account's journal: in the order of instants and, within one, of numbers. */
export interface JournalPosition {
  readonly at: Date;
  readonly seq: bigint;
}

/** A position as two parameters, timestamptz and bigint, before which to look. Null: the journal's end. */
export const parametersOf = (before: JournalPosition | null): readonly [string, bigint] =>
  before === null ? ['infinity', 0n] : [before.at.toISOString(), before.seq];
