import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { ReconciliationType } from './reconciliation.types.js';

@ObjectType({ description: 'A reconciliation in a page of them.' })
export class ReconciliationEdge {
  @Field(() => String, { description: 'Where the reconciliation lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => ReconciliationType, { description: 'The reconciliation.' })
  readonly node!: ReconciliationType;
}

@ObjectType({ description: 'A page of reconciliations, newest first.' })
export class ReconciliationConnection {
  @Field(() => [ReconciliationEdge], { description: 'The reconciliations with their cursors.' })
  readonly edges!: readonly ReconciliationEdge[];

  @Field(() => [ReconciliationType], { description: 'The reconciliations alone.' })
  readonly nodes!: readonly ReconciliationType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
