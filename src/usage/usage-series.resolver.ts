import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import { BalanceReader } from '../credits/balance-reader.js';
import { type BillingContext, callerOf } from '../graphql/context.js';
import { accountOf } from '../platform/caller.js';
import { maxHourlyRangeDays, maxSeriesPoints, maxSeriesRangeDays } from './limits.js';
import { assertRange, groupingOf, seriesOf, totalOf, type UsageDimension } from './usage-series.js';
import { UsageSeriesStore } from './usage-series.store.js';
import { UsageDimensionEnum, UsageSeries } from './usage-series.types.js';

/** A request may cost 10,000: it takes the database longer to count than to look up, so one may ask for a few. */
const complexity = 2_000;

@Resolver()
export class UsageSeriesResolver {
  constructor(
    private readonly usages: UsageSeriesStore,
    private readonly balances: BalanceReader,
  ) {}

  @Authorized()
  @Query(() => UsageSeries, {
    complexity,
    description: `What an account used, by when it happened: up to ${maxSeriesRangeDays} days, by HOUR ${maxHourlyRangeDays}, and ${maxSeriesPoints} points. Usage that is reported late appears late.`,
  })
  async usage(
    @Ctx() context: BillingContext,
    @Arg('from', () => Date, { description: 'The first instant that counts.' }) from: Date,
    @Arg('to', () => Date, { description: 'The first instant that no longer counts.' }) to: Date,
    @Arg('groupBy', () => [UsageDimensionEnum], {
      defaultValue: ['DAY'],
      description: 'What to break it down by, of HOUR, DAY and MONTH at most one.',
    })
    groupBy: UsageDimension[],
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'The account to look at. For service and admin keys only, which must give it.',
    })
    accountId?: string | null,
  ): Promise<UsageSeries> {
    const id = accountOf(callerOf(context), accountId);
    const grouping = groupingOf(groupBy);
    assertRange(from, to, grouping);
    const found = await this.usages.points({ accountId: id, from, to, grouping });
    // No usage may mean that there is no such account; say so.
    if (found.length === 0) await this.balances.balance(id);
    return { from, to, points: seriesOf(found, from, to, grouping), total: totalOf(found) };
  }
}
