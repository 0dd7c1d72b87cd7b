import type { RowCursor } from '../platform/database/row-cursor.js';
import { type Sql, sqlOf } from '../platform/database/sql.js';
import { notFound } from '../platform/errors.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { AccountAudit, type AccountAuditReport } from './account-audit.js';
import type { AuditCursors, AuditStore } from './audit.store.js';
import type { Finding } from './finding.js';
import type { Instant } from './instant.js';
import type { FurtherTransferRow, HoldEventRow } from './rows.js';

/** What an audit of many accounts has come to. */
export interface AuditTotals {
  accounts: number;
  operations: number;
  transfers: number;
  /** Accounts whose first operations are in months that were detached. */
  accountsBeginningDetached: number;
  accountsWithFindings: number;
  findings: number;
}

export interface AuditReport extends Readonly<AuditTotals> {
  /** The first of the findings, in the order of the accounts. */
  readonly shown: readonly Finding[];
}

/** So many findings are kept of all accounts together; the others are counted. */
export const maxFindings = 10_000;

/** Recomputes books from the journal, in one snapshot, with a bounded part of it in memory at a time. */
export class Auditor {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly store: AuditStore,
  ) {}

  /**
   * Audits every account, or one.
   * @param onProgress is told the totals after each account, and of large ones on the way
   * @throws DomainError NOT_FOUND where nothing names the account
   */
  audit(accountId: string | null, onProgress: (totals: Readonly<AuditTotals>) => void): Promise<AuditReport> {
    return this.uow.snapshot((em) => this.auditOn(sqlOf(em), accountId, onProgress));
  }

  /** The same, in a transaction that is open already. */
  async auditOn(
    sql: Sql,
    accountId: string | null,
    onProgress: (totals: Readonly<AuditTotals>) => void,
  ): Promise<AuditReport> {
    const totals: AuditTotals = {
      accounts: 0,
      operations: 0,
      transfers: 0,
      accountsBeginningDetached: 0,
      accountsWithFindings: 0,
      findings: 0,
    };
    const shown: Finding[] = [];
    const journalBeginsAt = await this.store.journalBeginsAt(sql);
    await this.store.reading(sql, { accountId, maxRows: null }, async (cursors) => {
      const onOperation = () => {
        totals.operations += 1;
        onProgress(totals);
      };
      for (;;) {
        const report = await auditNext(cursors, journalBeginsAt, Number.POSITIVE_INFINITY, onOperation);
        if (!report) return;
        totals.accounts += 1;
        totals.transfers += report.transfers;
        totals.findings += report.findingsCount;
        if (report.beginsDetached) totals.accountsBeginningDetached += 1;
        if (report.findingsCount > 0) totals.accountsWithFindings += 1;
        shown.push(...report.findings.slice(0, maxFindings - shown.length));
      }
    });
    if (accountId !== null && totals.accounts === 0) throw notFound('Account');
    return { ...totals, shown };
  }

  /**
   * Audits a few accounts, each as far as so many rows of it go.
   * @throws DomainError NOT_FOUND where nothing names one of them
   */
  auditBounded(accountIds: readonly string[], maxRowsPerAccount: number): Promise<AccountAuditReport[]> {
    return this.uow.snapshot(async (em) => {
      const sql = sqlOf(em);
      const journalBeginsAt = await this.store.journalBeginsAt(sql);
      const reports: AccountAuditReport[] = [];
      for (const accountId of accountIds) {
        // One row more than it may have tells that it has more.
        const scope = { accountId, maxRows: maxRowsPerAccount + 1 };
        const report = await this.store.reading(sql, scope, (cursors) =>
          auditNext(cursors, journalBeginsAt, maxRowsPerAccount, () => undefined),
        );
        if (!report) throw notFound('Account');
        reports.push(report);
      }
      return reports;
    });
  }
}

/** Audits the account that is next; null after the last one. */
async function auditNext(
  cursors: AuditCursors,
  journalBeginsAt: Instant | null,
  maxRows: number,
  onOperation: () => void,
): Promise<AccountAuditReport | null> {
  const { accounts, operations, furtherTransfers, holds, holdEvents, lots, usageDifferences } = cursors;
  const account = accounts.here ?? (await accounts.arriving());
  if (!account) return null;
  accounts.advance();
  const id = account.account_id;
  const audit = new AccountAudit(account, journalBeginsAt);
  let rows = 0;

  for (;;) {
    const operation = await nextOf(operations, id);
    const seq = operation && BigInt(operation.seq);
    // Transfers come in the order of their operations: what is passed over belongs to none.
    const own: FurtherTransferRow[] = [];
    for (;;) {
      const transfer = furtherTransfers.here ?? (await furtherTransfers.arriving());
      if (transfer?.account_id !== id) break;
      const transferSeq = BigInt(transfer.operation_seq);
      if (seq !== undefined && transferSeq > seq) break;
      furtherTransfers.advance();
      rows += 1;
      if (rows > maxRows) return audit.abandon();
      if (transferSeq === seq) own.push(transfer);
      else audit.stray(transfer);
    }
    if (!operation) break;
    rows += 1;
    if (rows > maxRows) return audit.abandon();
    audit.operation(operation, own);
    onOperation();
  }

  let events = await nextEvents(holdEvents, id);
  for (;;) {
    const hold = await nextOf(holds, id);
    // Both come in the order of the holds' ids, which as text is the same.
    while (events && (!hold || (events[0]?.hold_id ?? '') < hold.id)) {
      audit.missingHold(events);
      events = await nextEvents(holdEvents, id);
    }
    if (!hold) break;
    rows += 1;
    if (rows > maxRows) return audit.abandon();
    const isOfHold = events?.[0]?.hold_id === hold.id;
    audit.hold(hold, isOfHold && events ? events : []);
    if (isOfHold) events = await nextEvents(holdEvents, id);
  }

  for (let lot = await nextOf(lots, id); lot; lot = await nextOf(lots, id)) {
    rows += 1;
    if (rows > maxRows) return audit.abandon();
    audit.lot(lot);
  }

  for (;;) {
    const difference = await nextOf(usageDifferences, id);
    if (!difference) break;
    audit.usageDifference(difference);
  }
  return audit.finish();
}

/** The account's next row; undefined after its last one. */
async function nextOf<Row extends { readonly account_id: string }>(
  cursor: RowCursor<Row>,
  accountId: string,
): Promise<Row | undefined> {
  const row = cursor.here ?? (await cursor.arriving());
  if (row?.account_id !== accountId) return undefined;
  cursor.advance();
  return row;
}

/** All that the journal says of the account's next hold; undefined after the last one. */
async function nextEvents(
  cursor: RowCursor<HoldEventRow>,
  accountId: string,
): Promise<readonly HoldEventRow[] | undefined> {
  const first = await nextOf(cursor, accountId);
  if (!first) return undefined;
  const rows = [first];
  for (;;) {
    const row = cursor.here ?? (await cursor.arriving());
    if (row?.account_id !== accountId || row.hold_id !== first.hold_id) return rows;
    cursor.advance();
    rows.push(row);
  }
}
