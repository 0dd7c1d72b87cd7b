import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { FraudWarningType } from './fraud-warning.types.js';

@ObjectType({ description: 'An early fraud warning in a page of them.' })
export class FraudWarningEdge {
  @Field(() => String, { description: 'Where the warning lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => FraudWarningType, { description: 'The warning.' })
  readonly node!: FraudWarningType;
}

@ObjectType({ description: 'A page of early fraud warnings, newest first.' })
export class FraudWarningConnection {
  @Field(() => [FraudWarningEdge], { description: 'The warnings with their cursors.' })
  readonly edges!: readonly FraudWarningEdge[];

  @Field(() => [FraudWarningType], { description: 'The warnings alone.' })
  readonly nodes!: readonly FraudWarningType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
