import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { AccountService } from '../accounts/account.service.js';
import { ApiKeyService } from '../accounts/api-key.service.js';
import { AuditStore } from '../audit/audit.store.js';
import { Auditor } from '../audit/auditor.js';
import { AuditLog } from '../audit-log/audit-log.service.js';
import type { Config } from '../config.js';
import { BooksStore } from '../credits/books.store.js';
import { JournalMonthsStore } from '../ledger/journal-months.store.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { mikroOrmConfig } from '../mikro-orm.config.js';
import { systemClock } from '../platform/clock.js';
import { maintenanceBounds } from '../platform/database/bounds.js';
import { checkDatabase } from '../platform/database/check.js';
import { joinEmbeddedPostgres, serverDatabase } from '../platform/database/embedded-postgres.js';
import { migrate } from '../platform/database/migrate.js';
import { sqlOf, sqlOfOrm } from '../platform/database/sql.js';
import type { Log } from '../platform/log.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { RunResult } from '../reconciliation/reconciler.js';
import { UsageSummer } from '../usage/sum-usage.job.js';
import { UsageSumsStore } from '../usage/usage-sums.store.js';
import { InboxService } from '../webhooks/inbox.service.js';
import { InboxStore } from '../webhooks/inbox.store.js';
import { wire } from '../wiring.js';
import type { Report, Session } from './command.js';

/** Commands work one query at a time. */
const poolSize = 1;

/** Lends the services of this project, on the database that the server uses, to `work`. */
export async function withSession(
  config: Config,
  log: Log,
  work: (session: Session) => Promise<Report>,
): Promise<Report> {
  const database = await openDatabase(config, log);
  try {
    await checkDatabase(database.url);
    const orm = await MikroORM.init(
      mikroOrmConfig({ url: database.url, poolSize, bounds: maintenanceBounds }),
    );
    try {
      return await work(sessionOn(orm, database.url, config, log));
    } finally {
      await orm.close();
    }
  } finally {
    await database.stop();
  }
}

function openDatabase({ database, dataDir }: Config, log: Log) {
  if (database.url !== null) return { url: database.url, stop: () => Promise.resolve() };
  return joinEmbeddedPostgres({
    directory: dataDir,
    database: serverDatabase,
    label: 'the command line',
    settings: {},
    log,
  });
}

function sessionOn(orm: MikroORM, databaseUrl: string, config: Config, log: Log): Session {
  const clock = systemClock;
  const auditLog = new AuditLog(clock);
  const books = new BooksStore(new LedgerStore());
  const accounts = new AccountService(clock, auditLog, (em, accountId) =>
    books.insertBalance(sqlOf(em), accountId, clock.now()),
  );
  const uow = new UnitOfWork(orm, log);
  return {
    uow,
    clock,
    accounts,
    apiKeys: new ApiKeyService(clock, accounts, auditLog),
    auditor: new Auditor(uow, new AuditStore()),
    months: new JournalMonthsStore(),
    usageSummer: new UsageSummer(uow, new UsageSumsStore(), clock, log),
    reconcile: () => reconcileOnce(orm, config, log),
    inbox: new InboxService(uow, new InboxStore(sqlOfOrm(orm)), clock, log, auditLog),
    migrate: () => migrate(orm, databaseUrl, log),
  };
}

/** With what the server is made of: it ends in the same settlement as a webhook. */
async function reconcileOnce(orm: MikroORM, config: Config, log: Log): Promise<RunResult> {
  const { reconciler, drain } = wire({ config, orm, clock: systemClock, log });
  try {
    return await reconciler.run({ trigger: 'COMMAND_LINE', requestedBy: null });
  } finally {
    await drain();
  }
}
