import type { EntityManager } from '@mikro-orm/postgresql';
import type { OperationInfo } from './operation.js';
import { applyTransfers, type LedgerAccount, netPosition, type Position, type Transfer } from './posting.js';

/** An account's cached position, read under the lock that lets its holder post. */
export interface LockedBooks {
  readonly accountId: string;
  readonly position: Position;
  /** The number of the newest operation. */
  readonly lastSeq: bigint;
}

interface TransferRow {
  readonly debit_account: LedgerAccount;
  readonly credit_account: LedgerAccount;
  readonly amount: string;
  readonly lot_id: string | null;
}

/**
 * Appends to the journal. Native SQL on the ORM's connection and in the caller's transaction: every debit of
 * the gateway comes through here.
 */
export class LedgerStore {
  /** Writes one operation with its transfers after those already there. Returns the books as they are then. */
  async append(
    em: EntityManager,
    books: LockedBooks,
    info: OperationInfo,
    transfers: readonly Transfer[],
    now: Date,
  ): Promise<LockedBooks> {
    const position = applyTransfers(books.position, transfers);
    const seq = books.lastSeq + 1n;
    const { accountId } = books;
    await em.execute(
      `insert into ledger_operations (account_id, seq, type, description, metadata, credits, money_amount,
         money_currency, payment_id, refund_id, available_after, held_after, owed_after, created_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        accountId,
        seq,
        info.type,
        info.description,
        info.metadata ? JSON.stringify(info.metadata) : null,
        netPosition(position) - netPosition(books.position),
        info.money?.amount ?? null,
        info.money?.currency ?? null,
        info.paymentId ?? null,
        info.refundId ?? null,
        position.available,
        position.held,
        position.owed,
        now,
      ],
    );
    if (transfers.length > 0) {
      await em.execute(
        `insert into ledger_transfers (account_id, operation_seq, line, debit_account, credit_account, amount, lot_id)
         values ${transfers.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
        transfers.flatMap((transfer, line) => [
          accountId,
          seq,
          line,
          transfer.debit,
          transfer.credit,
          transfer.amount,
          transfer.lotId,
        ]),
      );
    }
    return { accountId, position, lastSeq: seq };
  }

  /** The transfers of one operation, in the order they were posted. */
  async transfersOf(em: EntityManager, accountId: string, seq: bigint): Promise<readonly Transfer[]> {
    const rows = await em.execute<TransferRow[]>(
      `select debit_account, credit_account, amount, lot_id from ledger_transfers
       where account_id = ? and operation_seq = ? order by line`,
      [accountId, seq],
    );
    return rows.map((row) => ({
      debit: row.debit_account,
      credit: row.credit_account,
      amount: BigInt(row.amount),
      lotId: row.lot_id,
    }));
  }
}
