import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { type BillingContext } from '../graphql/context.js';
import { RecordUsage } from './record-usage.js';
import { RecordUsageInput, type UsageRecordInput } from './usage.inputs.js';
import { RecordUsagePayload, UsageOutcome } from './usage.types.js';

@Resolver()
export class UsageResolver {
  constructor(private readonly recording: RecordUsage) {}

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => RecordUsagePayload, {
    description:
      'Books many calls at once, each with an outcome of its own: one that is refused, as debitCredits would refuse it, does not hold up the others. Service and admin keys only.',
  })
  async recordUsage(
    @Arg('input', () => RecordUsageInput, { description: 'The calls.', validate: false })
    input: RecordUsageInput,
    @Ctx() context: BillingContext,
  ): Promise<RecordUsagePayload> {
    const records = input.records.map(recordOf);
    const recorded = await this.recording.execute(records);
    const outcomes = recorded.map((one, i) => new UsageOutcome(records[i] as (typeof records)[number], one));
    const payload = new RecordUsagePayload(outcomes);
    context.log.info({ records: records.length, refused: payload.refused }, 'usage recorded');
    return payload;
  }
}

const recordOf = (input: UsageRecordInput) => ({
  accountId: input.accountId,
  credits: input.credits ?? null,
  tokens: input.tokens ?? null,
  description: input.description ?? null,
  metadata: input.metadata ?? null,
  occurredAt: input.occurredAt ?? null,
  idempotencyKey: input.idempotencyKey,
});
