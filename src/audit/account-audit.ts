import { emptyPosition } from '../ledger/posting.js';
import { type Finding, Findings } from './finding.js';
import { HoldCheck } from './hold-check.js';
import { formatInstant, type Instant, instantOf } from './instant.js';
import { JournalCheck } from './journal-check.js';
import { LotCheck } from './lot-check.js';
import type { RecordedBalance } from './record.js';
import {
  type AccountRow,
  balanceOf,
  eventsOf,
  type FurtherTransferRow,
  furtherTransferOf,
  type HoldEventRow,
  type HoldRow,
  holdOf,
  type LotRow,
  lotOf,
  type OperationRow,
  operationOf,
  type UsageDifferenceRow,
} from './rows.js';

/** What came of auditing one account. */
export interface AccountAuditReport {
  readonly accountId: string;
  /** How many were checked. */
  readonly operations: number;
  readonly transfers: number;
  /** Its first operations are in months that were detached, and were not checked. */
  readonly beginsDetached: boolean;
  /** Whether it was checked to the end: false where it is larger than the audit was allowed to read. */
  readonly isComplete: boolean;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly findingsCount: number;
}

/**
 * Audits one account, given its rows: first the operations in their order, then the holds, the lots, and where its usage
 * differs. It keeps nothing of operations and holds that it has seen, and never throws: what it cannot check is a finding.
 */
export class AccountAudit {
  readonly #findings: Findings;
  readonly #journal: JournalCheck;
  readonly #holds: HoldCheck;
  readonly #lots: LotCheck;
  #operations = 0;
  #transfers = 0;
  #isBroken = false;

  /** @param journalBeginsAt where the months begin that are attached; null where there are none */
  constructor(
    private readonly account: AccountRow,
    private readonly journalBeginsAt: Instant | null,
  ) {
    this.#findings = new Findings(account.account_id);
    this.#journal = new JournalCheck(this.#findings, this.#isOlderThanJournal);
    this.#holds = new HoldCheck(this.#findings);
    this.#lots = new LotCheck(this.#findings);
  }

  /** With its further transfers. */
  operation(row: OperationRow, further: readonly FurtherTransferRow[]): void {
    this.#operations += 1;
    this.#guarded(() => {
      const operation = operationOf(row, further);
      this.#transfers += operation.transfers.length;
      this.#journal.add(operation);
      this.#lots.follow(operation);
    });
  }

  /** A transfer whose operation is not there. */
  stray(row: FurtherTransferRow): void {
    this.#transfers += 1;
    this.#guarded(() => {
      for (const transfer of furtherTransferOf(row)) this.#journal.addStray(transfer);
    });
  }

  /** A hold with all that the journal says of it. */
  hold(row: HoldRow, eventRows: readonly HoldEventRow[]): void {
    this.#guarded(() => this.#holds.compare(holdOf(row), eventsOf(eventRows), this.#cutAt));
  }

  /** What the journal says of a hold that is not there. */
  missingHold(eventRows: readonly HoldEventRow[]): void {
    this.#guarded(() => this.#holds.addMissing(eventRows[0]?.hold_id ?? '', eventsOf(eventRows)));
  }

  lot(row: LotRow): void {
    this.#guarded(() => this.#lots.compare(lotOf(row), this.#holds.heldByLot.get(row.id) ?? 0n, this.#cutAt));
  }

  usageDifference({ subject, expected, found }: UsageDifferenceRow): void {
    this.#findings.add('USAGE_DIFFERS', subject, expected, found);
  }

  finish(): AccountAuditReport {
    this.#guarded(() => {
      this.#lots.finish();
      const balance = balanceOf(this.account);
      if (balance) this.#checkBalance(balance);
      else this.#findings.add('BALANCE_MISSING', 'balance', 'a balance', 'none');
    });
    return this.#report(true);
  }

  /** What came of it so far, where there is more than may be read. */
  abandon(): AccountAuditReport {
    return this.#report(false);
  }

  #report(isComplete: boolean): AccountAuditReport {
    return {
      accountId: this.account.account_id,
      operations: this.#operations,
      transfers: this.#transfers,
      beginsDetached: this.#beginsDetached,
      isComplete,
      findings: this.#findings.kept,
      findingsCount: this.#findings.count,
    };
  }

  /** Only of accounts that were there before the months that are attached can anything have been detached. */
  get #isOlderThanJournal(): boolean {
    const { opened_at } = this.account;
    return opened_at !== null && this.journalBeginsAt !== null && instantOf(opened_at) < this.journalBeginsAt;
  }

  get #beginsDetached(): boolean {
    const isAllDetached =
      this.#journal.head === null && this.#isOlderThanJournal && this.account.last_seq !== '0';
    return this.#journal.beginsDetached || isAllDetached;
  }

  get #cutAt(): Instant | null {
    return this.#beginsDetached ? this.journalBeginsAt : null;
  }

  #checkBalance(balance: RecordedBalance): void {
    const { available, held, owed, lastSeq, headHash, updatedAt } = balance;
    const differs = (field: string, expected: unknown, found: unknown) =>
      this.#findings.compare('BALANCE_DIFFERS', `balance ${field}`, expected, found);
    const { head } = this.#journal;
    if (head !== null || !this.#beginsDetached) {
      const position = head?.position ?? emptyPosition;
      differs('available', position.available, available);
      differs('held', position.held, held);
      differs('owed', position.owed, owed);
      differs('lastSeq', head?.seq ?? 0n, lastSeq);
      differs('headHash', head?.hash ?? '', headHash);
    }
    if (head !== null) differs('updatedAt', formatInstant(head.createdAt), formatInstant(updatedAt));
    differs('available in lots', this.#lots.remaining, available);
    differs('held in lots', this.#lots.held, held);
    if (owed > 0n && available > 0n) differs('available while it owes', 0n, available);
    this.#checkNextChange(balance);
  }

  /** Too early does no harm: then somebody looks, and finds nothing due. */
  #checkNextChange({ nextChangeAt }: RecordedBalance): void {
    const earliest = Math.min(this.#lots.nextChangeAt, this.#holds.nextChangeAt);
    const isInTime =
      earliest === Number.POSITIVE_INFINITY || (nextChangeAt !== null && nextChangeAt <= earliest);
    if (isInTime) return;
    const found = nextChangeAt === null ? 'never' : formatInstant(nextChangeAt);
    const expected = `${formatInstant(earliest)} or earlier`;
    this.#findings.add('BALANCE_DIFFERS', 'balance nextChangeAt', expected, found);
  }

  #guarded(check: () => void): void {
    if (this.#isBroken) return;
    try {
      check();
    } catch (error) {
      this.#isBroken = true;
      const found = error instanceof Error ? error.message : error;
      this.#findings.add('NOT_CHECKED', 'account', 'a check to the end', found);
    }
  }
}
