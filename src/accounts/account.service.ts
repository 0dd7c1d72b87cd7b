import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { isEmail } from 'class-validator';
import type { AuditLog } from '../audit-log/audit-log.service.js';
import type { Actor } from '../platform/actor.js';
import type { Clock } from '../platform/clock.js';
import { badInput, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Account } from './account.entity.js';
import {
  accountIdPattern,
  erasedName,
  maxAccountNameChars,
  maxEmailChars,
  maxSearchChars,
} from './limits.js';
import { containing, isLine } from './text.js';

export interface NewAccount {
  /** The gateway's own id of this customer; a new UUID where it is left out. */
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly email?: string | null | undefined;
}

export interface AccountListing {
  /** Part of an id, a name or an email address, in any case. */
  readonly search?: string | null | undefined;
  readonly afterId?: string | null | undefined;
  readonly limit: number;
}

/** What else must exist from the moment an account does; runs in the same transaction. */
export type OnAccountOpened = (em: EntityManager, accountId: string) => Promise<void>;

export class AccountService {
  constructor(
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
    private readonly onAccountOpened: OnAccountOpened,
  ) {}

  /** @throws DomainError BAD_USER_INPUT for a malformed field, and where the id is taken. */
  async create(em: EntityManager, input: NewAccount, by: Actor): Promise<Account> {
    const account = await this.createUnlessExists(em, input);
    if (!account) throw badInput(`There already is an account with the id "${input.id}".`);
    const { id, name, email } = account;
    await this.auditLog.record(em, by, {
      action: 'ACCOUNT_CREATE',
      accountId: id,
      targetId: id,
      personalAfter: { name, email },
    });
    return account;
  }

  /**
   * As `create`, but null where the id is taken, also by a transaction that commits at the same moment; and no
   * entry of the audit log, for accounts that nobody asks for.
   * @throws DomainError BAD_USER_INPUT for a malformed field.
   */
  async createUnlessExists(em: EntityManager, input: NewAccount): Promise<Account | null> {
    const id = input.id ?? newId(this.clock);
    const name = input.name.trim();
    const email = input.email ?? null;
    refuseMalformed(id, name, email);
    const inserted = await em.execute(
      `insert into accounts (id, name, email, created_at) values (?, ?, ?, ?)
       on conflict (id) do nothing returning id`,
      [id, name, email, this.clock.now()],
    );
    if (inserted.length === 0) return null;
    await this.onAccountOpened(em, id);
    return em.findOneOrFail(Account, id);
  }

  /**
   * Forgets who the customer is. What stays is the id, which the books are kept under.
   * @throws DomainError NOT_FOUND
   */
  async erase(em: EntityManager, id: string): Promise<Account> {
    const known = await this.get(em, id);
    // Waits for purchases that have read the name and the address, and keeps others waiting that would.
    const account = await em.findOneOrFail(Account, known.id, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    Object.assign(account, { name: erasedName, email: null, erasedAt: this.clock.now() });
    await em.flush();
    return account;
  }

  /** @throws DomainError NOT_FOUND */
  async get(em: EntityManager, id: string): Promise<Account> {
    const account = accountIdPattern.test(id) ? await em.findOne(Account, id) : null;
    if (!account) throw notFound('Account');
    return account;
  }

  /**
   * In the order of their ids.
   * @throws DomainError BAD_USER_INPUT for a search that is too long.
   */
  async list(em: EntityManager, { search, afterId, limit }: AccountListing): Promise<Account[]> {
    if (search && !isLine(search, maxSearchChars)) {
      throw badInput(`Search for one line of at most ${maxSearchChars} characters.`);
    }
    const pattern = search ? containing(search) : null;
    return em.find(
      Account,
      {
        ...(afterId == null ? {} : { id: { $gt: afterId } }),
        ...(pattern === null
          ? {}
          : {
              $or: [
                { id: { $ilike: pattern } },
                { name: { $ilike: pattern } },
                { email: { $ilike: pattern } },
              ],
            }),
      },
      { orderBy: { id: 'asc' }, limit },
    );
  }
}

function refuseMalformed(id: string, name: string, email: string | null): void {
  if (!accountIdPattern.test(id)) {
    throw badInput('An account id has 1 to 64 characters: letters, digits, "_", ".", ":" and "-".');
  }
  if (!isLine(name, maxAccountNameChars)) {
    throw badInput(`An account's name is one line of 1 to ${maxAccountNameChars} characters.`);
  }
  if (email !== null && (email.length > maxEmailChars || !isEmail(email))) {
    throw badInput('That is not an email address.');
  }
}
