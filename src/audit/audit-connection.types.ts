import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { AccountAuditType } from './audit.types.js';

@ObjectType({ description: 'An audited account in a page of them.' })
export class AccountAuditEdge {
  @Field(() => String, { description: 'Where the account lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => AccountAuditType, { description: 'What came of its audit.' })
  readonly node!: AccountAuditType;
}

@ObjectType({ description: 'A page of audited accounts, in the order of their ids.' })
export class AccountAuditConnection {
  @Field(() => [AccountAuditEdge], { description: 'The audits with their cursors.' })
  readonly edges!: readonly AccountAuditEdge[];

  @Field(() => [AccountAuditType], { description: 'The audits alone.' })
  readonly nodes!: readonly AccountAuditType[];

  @Field(() => PageInfo, { description: 'Whether there are more accounts, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
