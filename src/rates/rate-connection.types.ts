import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { RateType, RateVersionType } from './rate.types.js';

@ObjectType({ description: 'A rate in a page of them.' })
export class RateEdge {
  @Field(() => String, { description: 'Where the rate lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => RateType, { description: 'The rate.' })
  readonly node!: RateType;
}

@ObjectType({ description: 'A page of rates, in the order of provider and model.' })
export class RateConnection {
  @Field(() => [RateEdge], { description: 'The rates with their cursors.' })
  readonly edges!: readonly RateEdge[];

  @Field(() => [RateType], { description: 'The rates alone.' })
  readonly nodes!: readonly RateType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}

@ObjectType({ description: 'A version of a rate in a page of them.' })
export class RateVersionEdge {
  @Field(() => String, { description: 'Where the version lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => RateVersionType, { description: 'The version.' })
  readonly node!: RateVersionType;
}

@ObjectType({ description: "A page of the versions of a model's rate, newest first." })
export class RateVersionConnection {
  @Field(() => [RateVersionEdge], { description: 'The versions with their cursors.' })
  readonly edges!: readonly RateVersionEdge[];

  @Field(() => [RateVersionType], { description: 'The versions alone.' })
  readonly nodes!: readonly RateVersionType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
