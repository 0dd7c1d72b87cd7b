import type { OperationInfo } from '../ledger/operation.js';
import type { Transfer } from '../ledger/posting.js';
import type { Books } from './books.js';
import { type ClawBack, type ClawBackShares, sharesOf, type Unwound, whereTakenIs } from './claw-back.js';
import type { Lot } from './lot.js';

/** Nobody reads what is said of what never happens. */
const info: OperationInfo = { type: 'ADJUSTMENT', description: '' };
const substitute = { id: '00000000-0000-0000-0000-000000000000', priority: 0 };

/** An account's books to try something out on: nothing is locked, and nothing of it is written. */
export class Rehearsal {
  /** @param taken the transfers of the claw-backs that may be unwound, by number */
  constructor(
    private readonly books: Books,
    private readonly taken: ReadonlyMap<bigint, readonly Transfer[]>,
  ) {}

  /** As it is now; null where the account has no such lot. */
  lot(id: string): Lot | null {
    const lot = this.books.lot(id);
    return lot && { ...lot };
  }

  clawBack({ lotId, amount, to }: ClawBack): void {
    this.books.clawBack(lotId, amount, to, info);
  }

  unwind(unwound: Unwound): void {
    const taken = this.taken.get(unwound.clawBackSeq);
    if (!taken) throw new Error(`Claw-back ${unwound.clawBackSeq} was not read.`);
    this.books.unwind(taken, whereTakenIs(taken, unwound), substitute, info);
  }

  /** Who would bear a claw-back. */
  sharesOf({ lotId, amount }: Pick<ClawBack, 'lotId' | 'amount'>): ClawBackShares {
    return sharesOf(this.books.planClawBack(lotId, amount), lotId);
  }
}
