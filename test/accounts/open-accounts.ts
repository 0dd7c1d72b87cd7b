import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { AccountService } from '../../src/accounts/account.service.js';
import { ApiKeyService } from '../../src/accounts/api-key.service.js';
import { ApiKeyStore } from '../../src/accounts/api-key.store.js';
import { Authenticator } from '../../src/accounts/authenticator.js';
import { AuditLog } from '../../src/audit-log/audit-log.service.js';
import { BooksStore } from '../../src/credits/books.store.js';
import { LedgerStore } from '../../src/ledger/ledger.store.js';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { sqlOf } from '../../src/platform/database/sql.js';
import { createLog } from '../../src/platform/log.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { FakeClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';

/** The services of this room on a database of their own, without HTTP. */
export async function openAccounts() {
  const database = await createTestDatabase();
  const orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 5 }));
  const clock = new FakeClock();
  const logged: string[] = [];
  const log = createLog('info', { write: (line: string) => void logged.push(line) });
  const auditLog = new AuditLog(clock);
  const books = new BooksStore(new LedgerStore());
  const accounts = new AccountService(clock, auditLog, (em, id) =>
    books.insertBalance(sqlOf(em), id, clock.now()),
  );
  const authenticatorWith = (options: { demoKeysAllowed: boolean }) =>
    new Authenticator({ store: new ApiKeyStore(orm), clock, log, ...options });
  return {
    database,
    clock,
    logged,
    uow: new UnitOfWork(orm, log),
    accounts,
    auditLog,
    apiKeys: new ApiKeyService(clock, accounts, auditLog),
    keyStore: new ApiKeyStore(orm),
    authenticatorWith,
    async close() {
      await orm.close();
      await database.expectNoConnections();
      await database.drop();
    },
  };
}

export type OpenAccounts = Awaited<ReturnType<typeof openAccounts>>;
