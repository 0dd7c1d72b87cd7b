import { Matches } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { accountIdPattern } from '../accounts/limits.js';

@InputType({ description: 'Whose personal data to erase.' })
export class EraseAccountDataInput {
  @Field(() => ID, { description: 'The account.' })
  @Matches(accountIdPattern)
  accountId!: string;
}
