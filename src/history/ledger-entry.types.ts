import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { enumOf } from '../graphql/enum.js';
import { GraphQLCredits, GraphQLJSONObject, GraphQLSafeInt } from '../graphql/scalars/scalars.js';
import { type OperationType, operationTypes } from '../ledger/operation.js';
import type { LedgerAccount, Transfer } from '../ledger/posting.js';
import type { MicroCredits } from '../platform/credits.js';
import { billingEntryTypes } from './history.types.js';
import type { LedgerEntry } from './ledger-entry.store.js';

export const LedgerEntryTypeEnum = enumOf(operationTypes);
registerEnumType(LedgerEntryTypeEnum, {
  name: 'LedgerEntryType',
  description: 'What kind of thing was booked.',
  valuesConfig: {
    ...billingEntryTypes,
    HOLD: { description: 'Credits were set aside.' },
    RELEASE: { description: 'Credits that were set aside became available again.' },
  },
});

const LedgerAccountEnum = {
  AVAILABLE: 'available',
  HELD: 'held',
  DEBT: 'debt',
  SCHEDULED: 'scheduled',
  ISSUED: 'issued',
  CONSUMED: 'consumed',
  REFUNDED: 'refunded',
  DISPUTED: 'disputed',
  CHARGED_BACK: 'charged_back',
  EXPIRED: 'expired',
} as const satisfies Record<Uppercase<LedgerAccount>, LedgerAccount>;
registerEnumType(LedgerAccountEnum, {
  name: 'LedgerAccount',
  description: "One of the accounts of a customer's books.",
  valuesConfig: {
    AVAILABLE: { description: 'Credits that can be spent.' },
    HELD: { description: 'Credits that are set aside by holds.' },
    DEBT: { description: 'Credits that the customer owes.' },
    SCHEDULED: { description: 'Credits that will be available from a later instant.' },
    ISSUED: { description: 'Where credits come from.' },
    CONSUMED: { description: 'Where spent credits go.' },
    REFUNDED: { description: 'Where credits go whose money was given back.' },
    DISPUTED: { description: 'Credits that are frozen while a dispute about their money lasts.' },
    CHARGED_BACK: { description: 'Where frozen credits go when the dispute is lost.' },
    EXPIRED: { description: 'Where credits go that expired unspent.' },
  },
});

@ObjectType('LedgerTransfer', { description: 'One movement of credits, with both its sides.' })
export class LedgerTransferType {
  @Field(() => LedgerAccountEnum, { description: 'The account that is debited.' })
  readonly debitAccount: LedgerAccount;

  @Field(() => LedgerAccountEnum, { description: 'The account that is credited.' })
  readonly creditAccount: LedgerAccount;

  @Field(() => GraphQLCredits, { description: 'How many credits: more than 0.' })
  readonly amount: MicroCredits;

  @Field(() => ID, { nullable: true, description: 'The lot they belong to; null for debt.' })
  readonly lotId: string | null;

  constructor(transfer: Transfer) {
    this.debitAccount = transfer.debit;
    this.creditAccount = transfer.credit;
    this.amount = transfer.amount;
    this.lotId = transfer.lotId;
  }
}

@ObjectType('LedgerEntry', { description: 'One operation of the journal. It is never changed.' })
export class LedgerEntryType {
  readonly accountId: string;
  readonly firstTransfer: Transfer | null;

  @Field(() => ID, { description: 'Names the entry. The billing history has the same id for it.' })
  readonly id: string;

  @Field(() => GraphQLSafeInt, { description: "Its number in the account's journal: 1, 2, 3 …" })
  readonly seq: bigint;

  @Field(() => LedgerEntryTypeEnum, { description: 'What kind of thing was booked.' })
  readonly type: OperationType;

  @Field(() => String, { description: 'The same for people.' })
  readonly description: string;

  @Field(() => GraphQLCredits, {
    description: 'By how much available + held − owed changed: negative where credits went.',
  })
  readonly credits: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'How many credits could be spent after it.' })
  readonly availableAfter: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'How many were set aside by holds after it.' })
  readonly heldAfter: MicroCredits;

  @Field(() => GraphQLCredits, { description: 'How many the account owed after it.' })
  readonly owedAfter: MicroCredits;

  @Field(() => ID, { nullable: true, description: 'The hold it belongs to.' })
  readonly holdId: string | null;

  @Field(() => ID, { nullable: true, description: "Stripe's payment intent, where it concerns a payment." })
  readonly stripePaymentIntentId: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "Stripe's refund, where it concerns one that Stripe has accepted.",
  })
  readonly stripeRefundId: string | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'What is on record besides: of usage what the gateway said, of a grant or a hold its terms.',
  })
  readonly metadata: Record<string, unknown> | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the usage happened, as the gateway said; null: when it was booked.',
  })
  readonly occurredAt: Date | null;

  @Field(() => Date, { description: 'When it was booked.' })
  readonly createdAt: Date;

  @Field(() => String, {
    description:
      'SHA-256, in hex, over the hash of the entry before it and all of this one: whoever keeps it notices whatever is changed in the journal up to here.',
  })
  readonly hash: string;

  constructor(accountId: string, entry: LedgerEntry) {
    this.accountId = accountId;
    this.firstTransfer = entry.firstTransfer;
    this.id = `${accountId}/${entry.seq}`;
    this.seq = entry.seq;
    this.type = entry.type;
    this.description = entry.description;
    this.credits = entry.credits;
    this.availableAfter = entry.after.available;
    this.heldAfter = entry.after.held;
    this.owedAfter = entry.after.owed;
    this.holdId = entry.holdId;
    this.stripePaymentIntentId = entry.stripePaymentIntentId;
    this.stripeRefundId = entry.stripeRefundId;
    this.metadata = entry.metadata;
    this.occurredAt = entry.occurredAt;
    this.createdAt = entry.createdAt;
    this.hash = entry.hash;
  }
}

@ObjectType({ description: 'An entry of the journal and its place in the list.' })
export class LedgerEntryEdge {
  @Field(() => String, {
    description: 'Pass it as `after` to go on from here. It stays good while entries arrive.',
  })
  cursor!: string;

  @Field(() => LedgerEntryType, { description: 'The entry.' })
  node!: LedgerEntryType;
}

@ObjectType({ description: 'A page of the journal, newest first.' })
export class LedgerEntryConnection {
  @Field(() => [LedgerEntryEdge], { description: 'The entries with their cursors.' })
  edges!: readonly LedgerEntryEdge[];

  @Field(() => [LedgerEntryType], { description: 'The entries alone.' })
  nodes!: readonly LedgerEntryType[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where to go on.' })
  pageInfo!: PageInfo;
}
