import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { ApiKeyType } from './api-key.types.js';

@ObjectType({ description: 'An API key in a page of them.' })
export class ApiKeyEdge {
  @Field(() => String, { description: 'Where the key lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => ApiKeyType, { description: 'The key.' })
  readonly node!: ApiKeyType;
}

@ObjectType({ description: 'A page of API keys, newest first.' })
export class ApiKeyConnection {
  @Field(() => [ApiKeyEdge], { description: 'The keys with their cursors.' })
  readonly edges!: readonly ApiKeyEdge[];

  @Field(() => [ApiKeyType], { description: 'The keys alone.' })
  readonly nodes!: readonly ApiKeyType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
