import { Arg, Authorized, Query, Resolver } from 'type-graphql';
import { cursorCodec } from '../graphql/connections/cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import type { Clock } from '../platform/clock.js';
import { sqlOf } from '../platform/database/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { modelPattern, providerPattern } from './limits.js';
import { UsageQuoteInput } from './rate.inputs.js';
import { RateService } from './rate.service.js';
import { RateType, UsageQuote } from './rate.types.js';
import { RateConnection } from './rate-connection.types.js';

const cursors = cursorCodec('rateCard', 1, { provider: providerPattern, model: modelPattern });
const cursorOf = ({ provider, model }: RateType) => cursors.encode({ provider, model });

/** What models cost, for whoever has a key. */
@Resolver()
export class RateCardResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rates: RateService,
    private readonly clock: Clock,
  ) {}

  @Authorized()
  @Query(() => RateConnection, {
    description: 'The rates in force at an instant, in the order of provider and model.',
  })
  async rateCard(
    @First('rates') first: number,
    @Arg('at', () => Date, {
      nullable: true,
      description: 'The instant; left out: now. In the future: as it is scheduled.',
    })
    at?: Date | null,
    @After() after?: string | null,
  ): Promise<RateConnection> {
    const page = {
      at: at ?? this.clock.now(),
      after: after == null ? null : cursors.decode(after),
      limit: checkedPageSize(first) + 1,
    };
    const found = await this.uow.read((em) => this.rates.card(sqlOf(em), page));
    return pageOf({ found: found.map((rate) => new RateType(rate)), first, after, cursorOf });
  }

  @Authorized()
  @Query(() => UsageQuote, {
    description:
      'What a call to a model costs, for example to hold so many credits before it. NOT_FOUND if the model has no rate.',
  })
  async usageQuote(
    @Arg('input', () => UsageQuoteInput, { description: 'The model and the tokens.' })
    input: UsageQuoteInput,
  ): Promise<UsageQuote> {
    const usage = { ...input, at: input.at ?? this.clock.now() };
    const { credits, rate } = await this.uow.read((em) => this.rates.quote(sqlOf(em), usage));
    return { credits, rate: new RateType(rate) };
  }
}
