import { Authorized, Field, ID, ObjectType } from 'type-graphql';
import type { Role } from '../platform/caller.js';
import type { Account } from './account.entity.js';
import { ApiKeyRole, ApiKeyType } from './api-key.types.js';
import { maxKeysShownPerAccount } from './limits.js';

/** Loads the keys of one account; the accounts of a page share one query. */
export type KeysOf = (accountId: string) => Promise<ApiKeyType[]>;

@ObjectType('Account', { description: 'A customer of the gateway: whoever owns a balance and pays for it.' })
export class AccountType {
  @Field(() => ID, { description: "The gateway's own id of the customer, or one made up here." })
  readonly id: string;

  @Field(() => String, { description: "The customer's name." })
  readonly name: string;

  @Field(() => String, { nullable: true, description: 'Where receipts and alerts go; null if not known.' })
  readonly email: string | null;

  @Field(() => Date, { description: 'When the account was opened.' })
  readonly createdAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When its personal data was last erased; null if it never was.',
  })
  readonly erasedAt: Date | null;

  readonly #keysOf: KeysOf;

  constructor({ id, name, email, createdAt, erasedAt }: Account, keysOf: KeysOf) {
    this.id = id;
    this.name = name;
    this.email = email;
    this.createdAt = createdAt;
    this.erasedAt = erasedAt;
    this.#keysOf = keysOf;
  }

  @Authorized('ADMIN')
  @Field(() => [ApiKeyType], {
    description: `The ${maxKeysShownPerAccount} newest keys that are not revoked; \`apiKeys(accountId:)\` lists them all. Admin keys only.`,
  })
  apiKeys(): Promise<ApiKeyType[]> {
    return this.#keysOf(this.id);
  }
}

@ObjectType({ description: 'The account that was opened.' })
export class CreateAccountPayload {
  @Field(() => AccountType, { description: 'The account, with an empty balance.' })
  readonly account!: AccountType;
}

@ObjectType({ description: 'Who you are, as this API sees you.' })
export class Me {
  @Field(() => ApiKeyRole, { description: 'What your key may do.' })
  readonly role!: Role;

  @Field(() => AccountType, {
    nullable: true,
    description: 'Your account; null for SERVICE and ADMIN keys, which belong to none.',
  })
  readonly account!: AccountType | null;

  @Field(() => ApiKeyType, { description: 'The key you sent.' })
  readonly apiKey!: ApiKeyType;
}
