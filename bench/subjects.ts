import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { CreditsService } from '../src/credits/credits.service.js';
import { CreditsStore } from '../src/credits/credits.store.js';
import { SpendingService } from '../src/credits/spending.service.js';
import { LedgerStore } from '../src/ledger/ledger.store.js';
import { mikroOrmConfig } from '../src/mikro-orm.config.js';
import { systemClock } from '../src/platform/clock.js';
import { formatCredits } from '../src/platform/credits.js';
import { createLog } from '../src/platform/log.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { debitAmount } from './data/billing.js';
import type { Operation } from './load/http-request.js';

/** How this service is asked to do what is measured: all that the benchmarks know of its API is in this file. */

export interface Debit {
  readonly accountId: string;
  readonly idempotencyKey: string;
}

const credits = formatCredits(debitAmount);
const description = 'gpt-5-mini';
const metadata = { inputTokens: 812, outputTokens: 173 };

export const debitOperation = (debit: Debit): Operation => ({
  query: `mutation Debit($input: DebitCreditsInput!) {
    debitCredits(input: $input) { debited replayed balance { available } }
  }`,
  variables: { input: { ...debit, credits, description, metadata } },
});

/** Null until the API has it. */
export const recordUsageOperation: ((debits: readonly Debit[]) => Operation) | null = null;

/** This service without HTTP, in the process that calls it. */
export interface InProcess {
  debit(debit: Debit): Promise<unknown>;
  close(): Promise<void>;
}

const poolSize = 10;

export async function openInProcess(databaseUrl: string): Promise<InProcess> {
  const orm = await MikroORM.init(mikroOrmConfig({ url: databaseUrl, poolSize }));
  const credits = new CreditsService(new CreditsStore(), new LedgerStore(), systemClock);
  const spending = new SpendingService(credits, systemClock);
  const uow = new UnitOfWork(orm, createLog('warn'));
  return {
    debit: (debit) =>
      uow.run((em) => spending.debit(em, { ...debit, credits: debitAmount, description, metadata })),
    close: () => orm.close(),
  };
}
