import { Field, ID, Int, ObjectType } from 'type-graphql';
import { AccountType } from '../accounts/account.types.js';

@ObjectType({ description: 'What was erased, and what is left to do.' })
export class EraseAccountDataPayload {
  @Field(() => AccountType, { description: 'The account, without a name and an email address.' })
  readonly account!: AccountType;

  @Field(() => Int, { description: 'How many API keys of the account were revoked by this.' })
  readonly revokedKeys!: number;

  @Field(() => Int, { description: 'How many entries of the audit log lost a note, a name or an address.' })
  readonly erasedAuditEntries!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      "The account's customer at Stripe, whose data is Stripe's to erase: see https://docs.stripe.com/privacy/redaction. Null where there is none.",
  })
  readonly stripeCustomerId!: string | null;
}
