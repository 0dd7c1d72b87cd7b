import type { AccountService } from '../accounts/account.service.js';
import type { ApiKeyService } from '../accounts/api-key.service.js';
import type { Auditor } from '../audit/auditor.js';
import type { JournalMonthsStore } from '../ledger/journal-months.store.js';
import type { Clock } from '../platform/clock.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { RunResult } from '../reconciliation/reconciler.js';
import type { UsageSummer } from '../usage/sum-usage.job.js';
import type { InboxService } from '../webhooks/inbox.service.js';

/** What commands work with: the services of this project on an open database. */
export interface Session {
  readonly uow: UnitOfWork;
  readonly accounts: AccountService;
  readonly apiKeys: ApiKeyService;
  readonly auditor: Auditor;
  readonly months: JournalMonthsStore;
  readonly usageSummer: UsageSummer;
  readonly inbox: InboxService;
  readonly clock: Clock;
  /** Compares our books with Stripe's; see `Reconciler`. */
  reconcile(): Promise<RunResult>;
  /** Runs the migrations that have not run here yet, and names them. */
  migrate(): Promise<readonly string[]>;
}

/** What a command has to say: `text` to people, `json` to machines, `note` to people beside either. */
export interface Report {
  readonly text: string;
  readonly json: unknown;
  readonly note?: string | undefined;
  /** Whether what was found is wrong: the report is printed all the same, and the exit code says so. */
  readonly failed?: boolean;
}

export interface Arguments {
  /** The value of an option, or undefined where it was not given. */
  text(option: string): string | undefined;
  /** @throws UsageError where it was not given. */
  required(option: string): string;
  /** Whether a switch was given. */
  flag(option: string): boolean;
  /** A positional argument that the command names; there are exactly as many as it names. */
  positional(index: number): string;
}

export interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly required?: boolean;
  readonly help: string;
}

export interface Command {
  /** The words that name it, e.g. "key create". */
  readonly path: string;
  readonly summary: string;
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** @param tell says to people how far it has come */
  run(args: Arguments, session: Session, tell: (text: string) => void): Promise<Report>;
}
