import { IsEmail, IsOptional, Length, Matches, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { accountIdPattern, maxAccountNameChars, maxEmailChars } from './limits.js';

@InputType({ description: 'An account to open.' })
export class CreateAccountInput {
  @Field(() => ID, {
    nullable: true,
    description:
      "Your own id of the customer: 1 to 64 letters, digits, '_', '.', ':' or '-'. Left out, one is made up. An id that is taken is refused, so repeating the call is safe.",
  })
  @IsOptional()
  @Matches(accountIdPattern)
  id?: string | null;

  @Field(() => String, { description: `The customer's name: 1 to ${maxAccountNameChars} characters.` })
  @Length(1, maxAccountNameChars)
  name!: string;

  @Field(() => String, { nullable: true, description: 'Where receipts and alerts go.' })
  @IsOptional()
  @MaxLength(maxEmailChars)
  @IsEmail()
  email?: string | null;
}
