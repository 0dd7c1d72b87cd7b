import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../graphql/enum.js';
import { type Role, roles } from '../platform/caller.js';
import type { ApiKey } from './api-key.entity.js';

/** Role, as GraphQL's type builder needs it. */
export const ApiKeyRole = enumOf(roles);

registerEnumType(ApiKeyRole, {
  name: 'ApiKeyRole',
  description: 'What an API key may do.',
  valuesConfig: {
    CUSTOMER: { description: 'Sees and buys for the one account it belongs to. Safe to use in a browser.' },
    SERVICE: { description: "The gateway's backend: spends the credits of any account. Keep it on servers." },
    ADMIN: { description: 'Support and operators: everything, refunds and grants included.' },
  },
});

@ObjectType('ApiKey', {
  description: 'An API key, as far as it can be shown: the key itself is shown once, when it is created.',
})
export class ApiKeyType {
  @Field(() => ID, { description: 'Names the key, for example to revoke it. It is not the key.' })
  readonly id: string;

  @Field(() => String, { description: 'What the key was called when it was created.' })
  readonly name: string;

  @Field(() => ApiKeyRole, { description: 'What the key may do.' })
  readonly role: Role;

  @Field(() => String, {
    description: "The key's first 12 characters: enough to recognize it, not enough to use it.",
  })
  readonly prefix: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The account a CUSTOMER key belongs to; null for the others.',
  })
  readonly accountId: string | null;

  @Field(() => Date, { description: 'When the key was created.' })
  readonly createdAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When the key was last used, to within a minute; null if it never was.',
  })
  readonly lastUsedAt: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'From this moment on the key is refused; null if it does not expire.',
  })
  readonly expiresAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the key was revoked; null if it was not.' })
  readonly revokedAt: Date | null;

  constructor(apiKey: ApiKey) {
    this.id = apiKey.id;
    this.name = apiKey.name;
    this.role = apiKey.role;
    this.prefix = apiKey.prefix;
    this.accountId = apiKey.accountId;
    this.createdAt = apiKey.createdAt;
    this.lastUsedAt = apiKey.lastUsedAt;
    this.expiresAt = apiKey.expiresAt;
    this.revokedAt = apiKey.revokedAt;
  }
}

@ObjectType({ description: 'A new API key.' })
export class CreateApiKeyPayload {
  @Field(() => String, {
    description:
      'The key itself, to send as "Authorization: Bearer <key>". Copy it now: it is not shown again.',
  })
  readonly token!: string;

  @Field(() => ApiKeyType, { description: 'What stays visible of it.' })
  readonly apiKey!: ApiKeyType;
}

@ObjectType({ description: 'The key that was revoked.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKeyType, { description: 'The key, with `revokedAt` set.' })
  readonly apiKey!: ApiKeyType;
}
