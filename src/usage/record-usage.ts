import type { AccountWork } from '../credits/account-work.js';
import {
  type DebitCommand,
  type DebitResult,
  debitWork,
  type SpendingService,
} from '../credits/spending.service.js';
import type { Clock } from '../platform/clock.js';
import type { MicroCredits } from '../platform/credits.js';
import type { Sql } from '../platform/database/sql.js';
import { badInput, DomainError, type ErrorDetails, notFound } from '../platform/errors.js';
import { maskedMessage } from '../platform/http/errors.js';
import { currentRequest } from '../platform/http/request-scope.js';
import type { Log } from '../platform/log.js';
import { modelPattern, providerPattern } from '../rates/limits.js';
import { priceOf } from '../rates/pricing.js';
import { type Rate, rateId } from '../rates/rate.js';
import type { RateService } from '../rates/rate.service.js';
import { maxUsageAgeDays, maxUsageLeadSeconds, maxUsageRecords } from './limits.js';

export interface UsedTokens {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** One call that used credits. */
export interface UsageRecord {
  readonly accountId: string;
  /** Exactly one of the two is given. */
  readonly credits: MicroCredits | null;
  readonly tokens: UsedTokens | null;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** Null: now. */
  readonly occurredAt: Date | null;
  readonly idempotencyKey: string;
}

/** As the error of a single debit would say it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details: ErrorDetails;
}

export type RecordedUsage = { readonly result: DebitResult } | { readonly refusal: Refusal };

const msPerSecond = 1_000;
const msPerDay = 86_400_000;

/** Books what calls used, many at a time, each with an outcome of its own. */
export class RecordUsage {
  constructor(
    private readonly sql: Sql,
    private readonly rates: RateService,
    private readonly spending: SpendingService,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * What came of each record, in their order.
   * @throws DomainError BAD_USER_INPUT for a number of records out of bounds, RATE_LIMITED; then none was booked
   */
  async execute(records: readonly UsageRecord[]): Promise<RecordedUsage[]> {
    if (records.length < 1 || records.length > maxUsageRecords)
      throw badInput(`Give 1 to ${maxUsageRecords} records.`);
    const rates = await this.#ratesFor(records);
    const now = this.clock.now();
    const works: AccountWork<DebitResult>[] = [];
    const places: number[] = [];
    const recorded = records.map((record, i): RecordedUsage | null => {
      try {
        works.push(debitWork(commandOf(record, rates[i] ?? null, now)));
        places.push(i);
        return null;
      } catch (error) {
        return this.#refusal(error);
      }
    });
    const outcomes = await this.spending.debitAll(works);
    outcomes.forEach((outcome, i) => {
      recorded[places[i] ?? 0] = 'result' in outcome ? outcome : this.#refusal(outcome.error);
    });
    return recorded as RecordedUsage[];
  }

  /** For each record with tokens the rate in force when it happened, by one statement. */
  async #ratesFor(records: readonly UsageRecord[]): Promise<readonly (Rate | null)[]> {
    const now = this.clock.now();
    const wanted = new Map<string, number>();
    const lookups: { provider: string; model: string; at: Date }[] = [];
    const places = records.map(({ tokens, occurredAt }) => {
      if (!tokens || !providerPattern.test(tokens.provider) || !modelPattern.test(tokens.model)) return -1;
      const at = occurredAt ?? now;
      const name = `${tokens.provider}/${tokens.model}/${at.getTime()}`;
      const known = wanted.get(name);
      if (known !== undefined) return known;
      wanted.set(name, lookups.length);
      return lookups.push({ provider: tokens.provider, model: tokens.model, at }) - 1;
    });
    const rates = await this.rates.rates(this.sql, lookups);
    return places.map((place) => rates[place] ?? null);
  }

  #refusal(error: unknown): RecordedUsage {
    if (error instanceof DomainError) return { refusal: error };
    this.log.error({ err: error }, 'usage not recorded');
    return {
      refusal: {
        code: 'INTERNAL_SERVER_ERROR',
        message: maskedMessage(currentRequest()?.requestId),
        details: {},
      },
    };
  }
}

/** @throws DomainError */
function commandOf(record: UsageRecord, rate: Rate | null, now: Date): DebitCommand {
  const { accountId, credits, tokens, description, metadata, occurredAt, idempotencyKey } = record;
  if ((credits === null) === (tokens === null)) throw badInput('Give credits or tokens, and not both.');
  assertRecent(occurredAt, now);
  const common = { accountId, description, occurredAt, idempotencyKey };
  if (tokens === null) return { ...common, credits: credits ?? 0n, metadata };
  assertNames(tokens);
  const { provider, model, inputTokens, outputTokens } = tokens;
  if (rate === null) throw notFound(`A rate for ${provider}/${model}`);
  return {
    ...common,
    credits: priceOf(rate, inputTokens, outputTokens),
    metadata: {
      ...metadata,
      provider,
      model,
      inputTokens: Number(inputTokens),
      outputTokens: Number(outputTokens),
      rate: rateId(rate),
    },
    // The same call, though the rate card was edited between two tries.
    priced: { provider, model, inputTokens, outputTokens, extra: metadata && JSON.stringify(metadata) },
  };
}

function assertNames({ provider, model }: UsedTokens): void {
  if (!providerPattern.test(provider)) throw badInput('This is no name of a provider.');
  if (!modelPattern.test(model)) throw badInput('This is no name of a model.');
}

function assertRecent(occurredAt: Date | null, now: Date): void {
  if (occurredAt === null) return;
  const ageMs = now.getTime() - occurredAt.getTime();
  if (ageMs > maxUsageAgeDays * msPerDay)
    throw badInput(`occurredAt lies at most ${maxUsageAgeDays} days back.`);
  if (ageMs < -maxUsageLeadSeconds * msPerSecond) throw badInput('occurredAt must not lie in the future.');
}
