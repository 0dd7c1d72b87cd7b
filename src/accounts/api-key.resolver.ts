import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { cursorCodec, cursorPatterns } from '../graphql/connections/cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { actorOf, type BillingContext, callerOf } from '../graphql/context.js';
import { type Role } from '../platform/caller.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CreateApiKeyInput, RevokeApiKeyInput } from './api-key.inputs.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyRole, ApiKeyType, CreateApiKeyPayload, RevokeApiKeyPayload } from './api-key.types.js';
import { ApiKeyConnection } from './api-key-connection.types.js';

const cursors = cursorCodec('apiKeys', 1, { id: cursorPatterns.uuid });
const cursorOf = ({ id }: ApiKeyType) => cursors.encode({ id });

@Resolver()
export class ApiKeyResolver {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly keys: ApiKeyService,
  ) {}

  @Authorized('ADMIN')
  @Query(() => ApiKeyConnection, { description: 'API keys, newest first. Admin keys only.' })
  async apiKeys(
    @First('keys') first: number,
    @Arg('includeRevoked', () => Boolean, {
      defaultValue: false,
      description: 'Whether to list revoked keys too. Expired ones always are.',
    })
    includeRevoked: boolean,
    @After() after?: string | null,
    @Arg('accountId', () => ID, { nullable: true, description: 'Only keys of this account.' })
    accountId?: string | null,
    @Arg('role', () => ApiKeyRole, { nullable: true, description: 'Only keys of this role.' })
    role?: Role | null,
  ): Promise<ApiKeyConnection> {
    const limit = checkedPageSize(first) + 1;
    const afterId = after == null ? null : cursors.decode(after).id;
    const found = await this.uow.read((em) =>
      this.keys.list(em, { accountId, role, includeRevoked, afterId, limit }),
    );
    const nodes = found.map((apiKey) => new ApiKeyType(apiKey));
    return pageOf({ found: nodes, first, after, cursorOf });
  }

  @Authorized('ADMIN')
  @Mutation(() => CreateApiKeyPayload, {
    description: 'Creates an API key. The answer shows it for the only time. Admin keys only.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The key to create.' }) input: CreateApiKeyInput,
    @Ctx() context: BillingContext,
  ): Promise<CreateApiKeyPayload> {
    const { apiKey, token } = await this.uow.run((em) => this.keys.create(em, input, actorOf(context)));
    const { id: keyId, role, accountId } = apiKey;
    context.log.info({ keyId, role, accountId, byKeyId: callerOf(context).keyId }, 'API key created');
    return { token, apiKey: new ApiKeyType(apiKey) };
  }

  @Authorized('ADMIN')
  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Revokes an API key: from the next request on it is refused, for good. Repeating it changes nothing. Admin keys only.',
  })
  async revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'The key to revoke.' }) input: RevokeApiKeyInput,
    @Ctx() context: BillingContext,
  ): Promise<RevokeApiKeyPayload> {
    const apiKey = await this.uow.run((em) => this.keys.revoke(em, input.id, actorOf(context)));
    context.log.info({ keyId: apiKey.id, byKeyId: callerOf(context).keyId }, 'API key revoked');
    return { apiKey: new ApiKeyType(apiKey) };
  }
}
