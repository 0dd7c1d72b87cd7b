import { Field, ObjectType } from 'type-graphql';

@ObjectType('PageInfo', { description: 'Where a page lies within its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows this page.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, {
    description: 'Whether this page was reached from an earlier one, i.e. `after` was given.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item; null on an empty page.' })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where the page ends, to pass as `after` for the next page; null on an empty page after which there is none.',
  })
  readonly endCursor: string | null;

  constructor(
    fields: Readonly<Pick<PageInfo, 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor'>>,
  ) {
    this.hasNextPage = fields.hasNextPage;
    this.hasPreviousPage = fields.hasPreviousPage;
    this.startCursor = fields.startCursor;
    this.endCursor = fields.endCursor;
  }
}
