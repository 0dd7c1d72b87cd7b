import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { cursorCodec } from '../graphql/connections/cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { sqlOf } from '../platform/database/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { parseMarkup, parsePrice } from './decimal.js';
import { modelDescription, providerDescription, RetireRateInput, SetRateInput } from './rate.inputs.js';
import { type Edited, type RateEdit, RateService } from './rate.service.js';
import { RateVersionType, RetireRatePayload, SetRatePayload } from './rate.types.js';
import { RateVersionConnection } from './rate-connection.types.js';

/** The versions' column is an integer, which a forged cursor must not overflow. */
const cursors = cursorCodec('rateVersions', 1, { version: /^[1-9]\d{0,8}$/ });
const cursorOf = ({ version }: RateVersionType) => cursors.encode({ version: String(version) });

/** The rate card, for those who edit it. */
@Resolver()
export class RateResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rates: RateService,
  ) {}

  @Authorized('ADMIN')
  @Query(() => RateVersionConnection, {
    description:
      'Everything that was ever set for a model, newest first; NOT_FOUND if nothing was. Admin keys only.',
  })
  async rateVersions(
    @Arg('provider', () => String, { description: providerDescription }) provider: string,
    @Arg('model', () => String, { description: modelDescription }) model: string,
    @First('versions') first: number,
    @After() after?: string | null,
  ): Promise<RateVersionConnection> {
    const limit = checkedPageSize(first) + 1;
    const before = after == null ? null : Number(cursors.decode(after).version);
    const found = await this.uow.read((em) =>
      this.rates.versions(sqlOf(em), { provider, model, before, limit }),
    );
    return pageOf({ found: found.map((version) => new RateVersionType(version)), first, after, cursorOf });
  }

  @Authorized('ADMIN')
  @Mutation(() => SetRatePayload, {
    description:
      'Sets what a model costs, as the next version of its rate. A version that is scheduled for later stays scheduled; another one from the same instant takes its place. Admin keys only.',
  })
  async setRate(
    @Arg('input', () => SetRateInput, { description: 'The model, its prices, and from when on.' })
    input: SetRateInput,
    @Ctx() context: BillingContext,
  ): Promise<SetRatePayload> {
    const terms = {
      inputPrice: parsePrice(input.inputPricePer1K),
      outputPrice: parsePrice(input.outputPricePer1K),
      markup: parseMarkup(input.markupPercent),
    };
    const edited = await this.uow.run((em) => this.rates.set(em, editOf(input, context), terms));
    logEdit(context, edited, 'rate set');
    return { rateVersion: new RateVersionType(edited.version), replayed: edited.replayed };
  }

  @Authorized('ADMIN')
  @Mutation(() => RetireRatePayload, {
    description:
      'Takes a model off the rate card, as the next version of its rate. A version that is scheduled for later stays scheduled. NOT_FOUND if the model never had a rate. Admin keys only.',
  })
  async retireRate(
    @Arg('input', () => RetireRateInput, { description: 'The model, and from when on.' })
    input: RetireRateInput,
    @Ctx() context: BillingContext,
  ): Promise<RetireRatePayload> {
    const edited = await this.uow.run((em) => this.rates.retire(em, editOf(input, context)));
    logEdit(context, edited, 'rate retired');
    return { rateVersion: new RateVersionType(edited.version), replayed: edited.replayed };
  }
}

const editOf = (input: SetRateInput | RetireRateInput, context: BillingContext): RateEdit => ({
  provider: input.provider,
  model: input.model,
  effectiveFrom: input.effectiveFrom ?? null,
  note: input.note ?? null,
  setBy: callerOf(context).keyId,
  by: actorOf(context),
  idempotencyKey: input.idempotencyKey,
});

function logEdit(context: BillingContext, { version, replayed }: Edited, message: string): void {
  const { provider, model, version: number } = version;
  context.log.info({ provider, model, version: number, replayed, byKeyId: callerOf(context).keyId }, message);
}
