import type { EntityManager } from '@mikro-orm/postgresql';
import type { LockedBooks } from '../ledger/ledger.store.js';
import type { Position, Transfer } from '../ledger/posting.js';
import type { MicroCredits } from '../platform/credits.js';
import type { CreditSource, Lot } from './lot.js';

interface BalanceRow {
  readonly available: string;
  readonly held: string;
  readonly owed: string;
  readonly last_seq: string;
  readonly updated_at: Date | string;
}

interface LotRow {
  readonly id: string;
  readonly source: CreditSource;
  readonly granted: string;
  readonly remaining: string;
  readonly priority: number;
  readonly expires_at: Date | string | null;
  readonly created_at: Date | string;
}

export interface NewLot extends Lot {
  readonly paymentId: string | null;
}

export interface BalanceSnapshot extends Position {
  readonly updatedAt: Date;
}

const lotColumns = 'id, source, granted, remaining, priority, expires_at, created_at';

/** Balances and lots in native SQL on the ORM's connection: what every debit and balance query runs. */
export class CreditsStore {
  async insertBalance(em: EntityManager, accountId: string, now: Date): Promise<void> {
    await em.execute(
      `insert into credit_balances (account_id, available, held, owed, last_seq, updated_at) values (?, 0, 0, 0, 0, ?)
       on conflict do nothing`,
      [accountId, now],
    );
  }

  /** Takes the account's lock until the transaction ends. Null: no such account. */
  async lockBalance(em: EntityManager, accountId: string): Promise<LockedBooks | null> {
    const [row] = await em.execute<BalanceRow[]>(
      'select available, held, owed, last_seq from credit_balances where account_id = ? for update',
      [accountId],
    );
    if (!row) return null;
    return { accountId, position: positionOf(row), lastSeq: BigInt(row.last_seq) };
  }

  async saveBalance(em: EntityManager, books: LockedBooks, now: Date): Promise<void> {
    const { available, held, owed } = books.position;
    await em.execute(
      'update credit_balances set available = ?, held = ?, owed = ?, last_seq = ?, updated_at = ? where account_id = ?',
      [available, held, owed, books.lastSeq, now, books.accountId],
    );
  }

  /** The balance at `now`: what has expired is not in it, swept or not. Null: no such account. */
  async readBalance(em: EntityManager, accountId: string, now: Date): Promise<BalanceSnapshot | null> {
    const [row] = await em.execute<BalanceRow[]>(
      `select b.available - coalesce((
           select sum(l.remaining) from credit_lots l
           where l.account_id = b.account_id and l.remaining > 0 and l.expires_at <= ?), 0) as available,
         b.held, b.owed, b.last_seq, b.updated_at
       from credit_balances b where b.account_id = ?`,
      [now, accountId],
    );
    return row ? { ...positionOf(row), updatedAt: new Date(row.updated_at) } : null;
  }

  /** The lots that still hold credits, expired ones too, in no particular order. */
  async lotsWithCredits(em: EntityManager, accountId: string): Promise<Lot[]> {
    const rows = await em.execute<LotRow[]>(
      `select ${lotColumns} from credit_lots where account_id = ? and remaining > 0`,
      [accountId],
    );
    return rows.map(lotOf);
  }

  async findLot(em: EntityManager, accountId: string, lotId: string): Promise<Lot | null> {
    const [row] = await em.execute<LotRow[]>(
      `select ${lotColumns} from credit_lots where account_id = ? and id = ?`,
      [accountId, lotId],
    );
    return row ? lotOf(row) : null;
  }

  async insertLot(em: EntityManager, accountId: string, lot: NewLot): Promise<void> {
    await em.execute(
      `insert into credit_lots (account_id, id, source, granted, remaining, priority, expires_at, payment_id, created_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        accountId,
        lot.id,
        lot.source,
        lot.granted,
        lot.remaining,
        lot.priority,
        lot.expiresAt,
        lot.paymentId,
        lot.createdAt,
      ],
    );
  }

  /** Moves what remains in lots by what transfers put into and took out of `available`. */
  async applyToLots(em: EntityManager, accountId: string, transfers: readonly Transfer[]): Promise<void> {
    const changes = new Map<string, MicroCredits>();
    for (const { debit, credit, amount, lotId } of transfers) {
      if (lotId === null) continue;
      const change = (credit === 'available' ? amount : 0n) - (debit === 'available' ? amount : 0n);
      changes.set(lotId, (changes.get(lotId) ?? 0n) + change);
    }
    if (changes.size === 0) return;
    await em.execute(
      `update credit_lots l set remaining = l.remaining + c.change
       from (values ${[...changes].map(() => '(?::uuid, ?::bigint)').join(', ')}) as c (id, change)
       where l.account_id = ? and l.id = c.id`,
      [...[...changes].flat(), accountId],
    );
  }

  /** Accounts with lots that expired and were not swept yet, up to `limit`. */
  async accountsWithExpiredLots(em: EntityManager, now: Date, limit: number): Promise<string[]> {
    const rows = await em.execute<{ account_id: string }[]>(
      'select distinct account_id from credit_lots where remaining > 0 and expires_at <= ? limit ?',
      [now, limit],
    );
    return rows.map((row) => row.account_id);
  }
}

const positionOf = (row: BalanceRow): Position => ({
  available: BigInt(row.available),
  held: BigInt(row.held),
  owed: BigInt(row.owed),
});

const lotOf = (row: LotRow): Lot => ({
  id: row.id,
  source: row.source,
  granted: BigInt(row.granted),
  remaining: BigInt(row.remaining),
  priority: row.priority,
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  createdAt: new Date(row.created_at),
});
