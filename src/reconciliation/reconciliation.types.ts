import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import { DisputeStatusEnum } from '../payments/dispute.types.js';
import type { DisputeStatus } from '../payments/dispute-state.js';
import { maxDifferencesKept, maxTotalsKept } from './limits.js';
import type { Reconciliation } from './reconciliation.entity.js';
import { type MovementKind, movementKinds } from './reconciliation-gateway.js';
import {
  healedBy,
  type ReconciliationStatus,
  type ReconciliationTrigger,
  reconciliationStatuses,
  reconciliationTriggers,
  type StoredDifference,
  type StoredTotal,
} from './report.js';

export const ReconciliationStatusEnum = enumOf(reconciliationStatuses);
registerEnumType(ReconciliationStatusEnum, {
  name: 'ReconciliationStatus',
  description: 'How a reconciliation ended.',
  valuesConfig: {
    RUNNING: { description: 'It has not ended yet.' },
    AGREED: { description: 'Our books and those of Stripe say the same, now if not before.' },
    DIFFERS: {
      description: 'Differences are left that asking Stripe again does not mend: somebody has to look.',
    },
    INCOMPLETE: {
      description: 'Nothing differs, but there was more than one run looks at; the next goes on.',
    },
    FAILED: { description: 'It was broken off; `failure` says why. What it had done stays done.' },
  },
});

export const ReconciliationTriggerEnum = enumOf(reconciliationTriggers);
registerEnumType(ReconciliationTriggerEnum, {
  name: 'ReconciliationTrigger',
  description: 'What began a reconciliation.',
  valuesConfig: {
    SCHEDULE: { description: 'The hour.' },
    ADMIN: { description: 'The mutation `reconcile`.' },
    COMMAND_LINE: { description: 'The command line.' },
  },
});

export const MovementKindEnum = enumOf(movementKinds);
registerEnumType(MovementKindEnum, {
  name: 'MovementKind',
  description:
    "What moved the balance at Stripe. Fees and payouts are not compared, since our books don't have them.",
  valuesConfig: {
    CHARGE: { description: 'A payment came in.' },
    CHARGE_REVERSAL: { description: 'A payment was taken back after it had come in, as by a bank.' },
    REFUND: { description: 'A refund went out.' },
    REFUND_REVERSAL: { description: 'A refund failed or was canceled, and its money came back.' },
    DISPUTE: { description: 'A dispute withdrew money.' },
    DISPUTE_REVERSAL: { description: 'A dispute was won, and its money came back.' },
    ADJUSTMENT: { description: 'A correction by Stripe. It is listed, and never counts as different.' },
  },
});

@ObjectType('ReconciliationDifference', {
  description: 'One object of which our books and those of Stripe say different things.',
})
export class ReconciliationDifferenceType {
  @Field(() => String, {
    description: 'The day in UTC on which it moved, by Stripe if Stripe has it, e.g. "2026-01-15".',
  })
  readonly day: string;

  @Field(() => MovementKindEnum, { description: 'What kind of movement differs.' })
  readonly kind: MovementKind;

  @Field(() => ID, {
    description: 'The object at Stripe: a payment intent, "pi_…", a refund, "re_…", or a dispute, "du_…".',
  })
  readonly objectId: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The payment intent that it belongs to, where there is one.',
  })
  readonly paymentIntentId: string | null;

  @Field(() => String, { description: 'ISO 4217, e.g. "USD".' })
  readonly currency: string;

  @Field(() => GraphQLSafeInt, {
    description: 'The amount by our books, in minor units; negative where money left.',
  })
  readonly ours: bigint;

  @Field(() => GraphQLSafeInt, { description: 'The amount by those of Stripe.' })
  readonly theirs: bigint;

  @Field(() => DisputeStatusEnum, {
    nullable: true,
    description:
      'The status of a dispute by our books; null of anything else, and where we have no such dispute.',
  })
  readonly ourStatus: DisputeStatus | null;

  @Field(() => DisputeStatusEnum, { nullable: true, description: "The dispute's status at Stripe." })
  readonly theirStatus: DisputeStatus | null;

  constructor(difference: StoredDifference) {
    this.day = difference.day;
    this.kind = difference.kind;
    this.objectId = difference.objectId;
    this.paymentIntentId = difference.paymentIntentId;
    this.currency = difference.currency;
    this.ours = BigInt(difference.ours);
    this.theirs = BigInt(difference.theirs);
    // Reports of the time before disputes were compared do not have them.
    this.ourStatus = difference.ourStatus ?? null;
    this.theirStatus = difference.theirStatus ?? null;
  }
}

@ObjectType('ReconciliationTotal', {
  description: 'What one kind of movement comes to on a day in a currency.',
})
export class ReconciliationTotalType {
  @Field(() => String, { description: 'The day in UTC, e.g. "2026-01-15".' })
  readonly day: string;

  @Field(() => MovementKindEnum, { description: 'What kind of movement.' })
  readonly kind: MovementKind;

  @Field(() => String, { description: 'ISO 4217, e.g. "USD".' })
  readonly currency: string;

  @Field(() => Int, { description: 'How many movements.' })
  readonly count: number;

  @Field(() => GraphQLSafeInt, { description: 'Their sum by our books, in minor units.' })
  readonly ours: bigint;

  @Field(() => GraphQLSafeInt, { description: 'Their sum by those of Stripe, fees not counted.' })
  readonly theirs: bigint;

  constructor(total: StoredTotal) {
    this.day = total.day;
    this.kind = total.kind;
    this.currency = total.currency;
    this.count = total.count;
    this.ours = BigInt(total.ours);
    this.theirs = BigInt(total.theirs);
  }
}

@ObjectType('Reconciliation', {
  description: "One comparison of our books with Stripe's: what was looked at, put right, and left.",
})
export class ReconciliationType {
  @Field(() => ID, { description: 'Our name for it.' })
  readonly id: string;

  @Field(() => ReconciliationStatusEnum, { description: 'How it ended.' })
  readonly status: ReconciliationStatus;

  @Field(() => ReconciliationTriggerEnum, { description: 'What began it.' })
  readonly trigger: ReconciliationTrigger;

  @Field(() => ID, { nullable: true, description: 'The API key that asked for it, where one did.' })
  readonly requestedBy: string | null;

  @Field(() => Date, { description: 'When it began.' })
  readonly startedAt: Date;

  @Field(() => Date, { nullable: true, description: 'When it ended; null while it runs.' })
  readonly finishedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was broken off, where it was.' })
  readonly failure: string | null;

  @Field(() => Int, {
    description: 'How much it put right: events, payments, refunds, disputes and differences.',
  })
  readonly healed: number;

  @Field(() => Int, { description: "How many of Stripe's events it looked at." })
  readonly eventsRead: number;

  @Field(() => Int, { description: 'Those that had never arrived. They are in the inbox now.' })
  readonly eventsStored: number;

  @Field(() => Int, { description: 'How many unpaid payments it asked Stripe about.' })
  readonly paymentsReread: number;

  @Field(() => Int, { description: 'Those whose status was not that at Stripe, and is now.' })
  readonly paymentsHealed: number;

  @Field(() => Int, { description: 'How many refunds on their way it asked Stripe about.' })
  readonly refundsReread: number;

  @Field(() => Int, { description: 'Those whose status was not that at Stripe, and is now.' })
  readonly refundsHealed: number;

  @Field(() => Int, { description: 'How many open disputes it asked Stripe about.' })
  readonly disputesReread: number;

  @Field(() => Int, { description: 'Those whose status was not that at Stripe, and is now.' })
  readonly disputesHealed: number;

  @Field(() => Int, { description: "How many movements of Stripe's balance it compared." })
  readonly movementsRead: number;

  @Field(() => Int, { description: 'Those that were about nothing we sold.' })
  readonly movementsForeign: number;

  @Field(() => Date, {
    nullable: true,
    description: 'Movements before this instant were compared; null where it did not come to that.',
  })
  readonly comparedUntil: Date | null;

  @Field(() => Int, { description: 'Differences that were gone once Stripe had been asked for the object.' })
  readonly differencesHealed: number;

  @Field(() => Int, { description: 'Differences that were left.' })
  readonly differencesLeft: number;

  @Field(() => [ReconciliationDifferenceType], {
    description: `The first ${maxDifferencesKept} of those that were left, and beyond them the first of each day.`,
  })
  readonly differences: readonly ReconciliationDifferenceType[];

  @Field(() => [ReconciliationTotalType], {
    description: `The totals of the days that were compared, after healing; ${maxTotalsKept} at most.`,
  })
  readonly totals: readonly ReconciliationTotalType[];

  constructor(report: Reconciliation) {
    this.id = report.id;
    this.status = report.status;
    this.trigger = report.trigger;
    this.requestedBy = report.requestedBy;
    this.startedAt = report.startedAt;
    this.finishedAt = report.finishedAt;
    this.failure = report.failure;
    this.healed = healedBy(report);
    this.eventsRead = report.eventsRead;
    this.eventsStored = report.eventsStored;
    this.paymentsReread = report.paymentsReread;
    this.paymentsHealed = report.paymentsHealed;
    this.refundsReread = report.refundsReread;
    this.refundsHealed = report.refundsHealed;
    this.disputesReread = report.disputesReread;
    this.disputesHealed = report.disputesHealed;
    this.movementsRead = report.movementsRead;
    this.movementsForeign = report.movementsForeign;
    this.comparedUntil = report.comparedUntil;
    this.differencesHealed = report.differencesHealed;
    this.differencesLeft = report.differencesLeft;
    this.differences = report.differences.map((difference) => new ReconciliationDifferenceType(difference));
    this.totals = report.totals.map((total) => new ReconciliationTotalType(total));
  }
}

@ObjectType({ description: 'What came of asking for a reconciliation.' })
export class ReconcilePayload {
  @Field(() => Boolean, {
    description:
      'Whether one was queued: it begins within seconds, and is the newest of `reconciliations` then. False where one is running.',
  })
  readonly queued!: boolean;

  @Field(() => ReconciliationType, { nullable: true, description: 'The one that is running, if one is.' })
  readonly running!: ReconciliationType | null;
}
