import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { DisputeType } from './dispute.types.js';

@ObjectType({ description: 'A dispute in a page of them.' })
export class DisputeEdge {
  @Field(() => String, { description: 'Where the dispute lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => DisputeType, { description: 'The dispute.' })
  readonly node!: DisputeType;
}

@ObjectType({ description: 'A page of disputes, newest first.' })
export class DisputeConnection {
  @Field(() => [DisputeEdge], { description: 'The disputes with their cursors.' })
  readonly edges!: readonly DisputeEdge[];

  @Field(() => [DisputeType], { description: 'The disputes alone.' })
  readonly nodes!: readonly DisputeType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
