import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { loadConfig } from '../src/config.js';
import { mikroOrmConfig } from '../src/mikro-orm.config.js';
import { systemClock } from '../src/platform/clock.js';
import { formatCredits } from '../src/platform/credits.js';
import { createLog } from '../src/platform/log.js';
import { wire } from '../src/wiring.js';
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

/** Of a hold and of its capture. */
export type HoldAndCapture = Debit;

export const debitOperation = (debit: Debit): Operation => ({
  query: `mutation Debit($input: DebitCreditsInput!) {
    debitCredits(input: $input) { debited replayed balance { available } }
  }`,
  variables: { input: { ...debit, credits, description, metadata } },
});

export const recordUsageOperation = (debits: readonly Debit[]): Operation => ({
  query: `mutation Record($input: RecordUsageInput!) {
    recordUsage(input: $input) { refused outcomes { idempotencyKey refusal { code } } }
  }`,
  variables: { input: { records: debits.map((debit) => ({ ...debit, credits, description, metadata })) } },
});

export const holdOperation = (hold: HoldAndCapture): Operation => ({
  query:
    'mutation Hold($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id } balance { available } } }',
  variables: { input: { ...hold, credits } },
});

/** Reads the hold off the answer to its operation. */
export const heldIn = (answer: {
  readonly data: { readonly holdCredits: { readonly hold: { id: string } } };
}) => answer.data.holdCredits.hold.id;

export const captureOperation = (hold: HoldAndCapture, holdId: string): Operation => ({
  query: `mutation Capture($input: CaptureHoldInput!) {
    captureHold(input: $input) { hold { status } balance { available } }
  }`,
  variables: { input: { ...hold, holdId, credits, description, metadata } },
});

/** This service without HTTP, in the process that calls it. */
export interface InProcess {
  debit(debit: Debit): Promise<unknown>;
  holdAndCapture(hold: HoldAndCapture): Promise<unknown>;
  close(): Promise<void>;
}

const holdSeconds = 600;

export async function openInProcess(databaseUrl: string): Promise<InProcess> {
  const config = loadConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' });
  const orm = await MikroORM.init(mikroOrmConfig({ url: databaseUrl, poolSize: config.database.poolSize }));
  const log = createLog(config.logLevel);
  const { spending, drain } = wire({ config, orm, clock: systemClock, log });
  const usage = { credits: debitAmount, description, metadata };
  return {
    debit: (debit) => spending.debit({ ...debit, ...usage, occurredAt: null }),
    async holdAndCapture(command) {
      const { hold } = await spending.hold({
        ...command,
        credits: debitAmount,
        expiresInSeconds: holdSeconds,
      });
      await spending.captureHold({ ...command, ...usage, holdId: hold.id, allowDebt: false, final: true });
    },
    async close() {
      await drain();
      await orm.close();
    },
  };
}
