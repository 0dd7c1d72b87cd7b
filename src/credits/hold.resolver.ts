import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { type BillingContext } from '../graphql/context.js';
import { formatCredits } from '../platform/credits.js';
import {
  CaptureHoldInput,
  defaultHoldSeconds,
  ExtendHoldInput,
  HoldCreditsInput,
  ReleaseHoldInput,
} from './hold.inputs.js';
import { HoldPayload } from './hold.types.js';
import { type HoldResult, SpendingService } from './spending.service.js';

@Resolver()
export class HoldResolver {
  constructor(private readonly spending: SpendingService) {}

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => HoldPayload, {
    description:
      'Sets credits aside for a call whose cost is not known yet. INSUFFICIENT_CREDITS; CREDITS_HELD where other holds have them, so that waiting may help; ACCOUNT_IN_DEBT. Service and admin keys only.',
  })
  async holdCredits(
    @Arg('input', () => HoldCreditsInput, { description: 'Whose credits, how many, for how long.' })
    input: HoldCreditsInput,
    @Ctx() context: BillingContext,
  ): Promise<HoldPayload> {
    const expiresInSeconds = input.expiresInSeconds ?? defaultHoldSeconds;
    const result = await this.spending.hold({ ...input, expiresInSeconds });
    return answer(context, input.accountId, result, 'credits held');
  }

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => HoldPayload, {
    description:
      'Sets more credits aside under a hold, or lets it hold longer. HOLD_NOT_ACTIVE once it is over; otherwise as holdCredits. Service and admin keys only.',
  })
  async extendHold(
    @Arg('input', () => ExtendHoldInput, { description: 'Which hold, and by how much.' })
    input: ExtendHoldInput,
    @Ctx() context: BillingContext,
  ): Promise<HoldPayload> {
    const result = await this.spending.extendHold({
      ...input,
      holdId: stored(input.holdId),
      addCredits: input.addCredits ?? null,
      addSeconds: input.addSeconds ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
    });
    return answer(context, input.accountId, result, 'hold extended');
  }

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => HoldPayload, {
    description:
      'Charges what a call came to: less, as much or more than was held. All or nothing; but after the hold has expired it charges what it can, and hold.captured says how much that was. HOLD_NOT_ACTIVE once it was captured or released. Service and admin keys only.',
  })
  async captureHold(
    @Arg('input', () => CaptureHoldInput, { description: 'Which hold, how much, and what for.' })
    input: CaptureHoldInput,
    @Ctx() context: BillingContext,
  ): Promise<HoldPayload> {
    const result = await this.spending.captureHold({
      ...input,
      holdId: stored(input.holdId),
      allowDebt: input.allowDebt ?? false,
      final: input.finalCapture ?? true,
      description: input.description ?? null,
      metadata: input.metadata ?? null,
    });
    return answer(context, input.accountId, result, 'hold captured');
  }

  @Authorized('SERVICE', 'ADMIN')
  @Mutation(() => HoldPayload, {
    description:
      'Gives back what a hold has set aside. Releasing it again changes nothing; HOLD_NOT_ACTIVE where it was captured or has expired. Service and admin keys only.',
  })
  async releaseHold(
    @Arg('input', () => ReleaseHoldInput, { description: 'Which hold.' })
    input: ReleaseHoldInput,
    @Ctx() context: BillingContext,
  ): Promise<HoldPayload> {
    const result = await this.spending.releaseHold(input.accountId, stored(input.holdId));
    return answer(context, input.accountId, result, 'hold released');
  }
}

/** RFC 9562, 4: a UUID is read in either case; the database writes lower case. */
const stored = (id: string): string => id.toLowerCase();

function answer(
  { log }: BillingContext,
  accountId: string,
  result: HoldResult,
  message: string,
): HoldPayload {
  const { id, status, credits, captured } = result.hold;
  log.info(
    { accountId, holdId: id, status, credits: formatCredits(credits), captured: formatCredits(captured) },
    message,
  );
  return new HoldPayload(accountId, result);
}
