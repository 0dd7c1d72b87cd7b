import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { AccountType } from './account.types.js';

@ObjectType({ description: 'An account in a page of them.' })
export class AccountEdge {
  @Field(() => String, { description: 'Where the account lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => AccountType, { description: 'The account.' })
  readonly node!: AccountType;
}

@ObjectType({ description: 'A page of accounts, in the order of their ids.' })
export class AccountConnection {
  @Field(() => [AccountEdge], { description: 'The accounts with their cursors.' })
  readonly edges!: readonly AccountEdge[];

  @Field(() => [AccountType], { description: 'The accounts alone.' })
  readonly nodes!: readonly AccountType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
