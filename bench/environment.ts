import type { Load } from './load/load.js';

/** How much of everything. */
export interface Scale {
  readonly rounds: number;
  readonly seconds: number;
  /** Journal entries in a small and in a large database. */
  readonly entries: { readonly few: number; readonly many: number };
  /** After how many debits the memory of a process is looked at. */
  readonly debits: { readonly early: number; readonly late: number };
}

/** What a benchmark finds when it prepares. */
export interface Environment {
  readonly scale: Scale;
  /** The address of the PostgreSQL server that everybody uses, with its first database. */
  readonly postgresUrl: string;
  /** For temporary files. */
  readonly directory: string;
  readonly load: Load;
  /** Databases and processes of this benchmark are put here, to be gone before the next. */
  readonly parts: AsyncDisposableStack;
}
