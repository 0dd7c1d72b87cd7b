import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsPositive, MaxLength, ValidateNested } from 'class-validator';
import { GraphQLError } from 'graphql';
import { Arg, Field, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { MoneyType } from '../../src/graphql/money.type.js';
import { GraphQLCredits, GraphQLSafeInt } from '../../src/graphql/scalars/scalars.js';
import { DomainError, type ErrorCode, errorCodes } from '../../src/platform/errors.js';
import { eventually, type RunningApp, startApp } from '../http/transport.js';

@InputType()
class LineInput {
  @Field(() => String)
  @MaxLength(3)
  name!: string;
}

@InputType()
class OrderInput {
  @Field(() => Int)
  @IsPositive({ message: 'creditAmount must be positive' })
  creditAmount!: number;

  @Field(() => LineInput, { nullable: true })
  @ValidateNested()
  line?: LineInput;
}

@ObjectType()
class Broken {
  @Field(() => Int)
  count!: number;
}

const secret = 'relation "ledger_transfer" does not exist';

@Resolver()
class Failing {
  @Query(() => String)
  fail(@Arg('code', () => String) code: ErrorCode): string {
    throw new DomainError(code, `Refused: ${code}`, { available: '1.5', amounts: [100, 500] });
  }

  @Query(() => String)
  crash(): string {
    throw Object.assign(new Error(secret), { code: '22P02', extensions: { sql: secret } });
  }

  @Query(() => String)
  crashWithGraphQLError(): string {
    throw new GraphQLError(secret, { extensions: { sql: secret } });
  }

  @Query(() => String)
  crashWithText(): string {
    throw secret;
  }

  @Query(() => Broken)
  crashInSerialization(): Broken {
    return { count: 0.5 };
  }

  @Query(() => String, { nullable: true })
  order(@Arg('input', () => OrderInput) _input: OrderInput): string | null {
    return 'ordered';
  }

  @Query(() => GraphQLCredits)
  echoCredits(@Arg('credits', () => GraphQLCredits) credits: bigint): bigint {
    return credits;
  }

  @Query(() => MoneyType)
  price(@Arg('amount', () => GraphQLSafeInt) amount: bigint): MoneyType {
    return new MoneyType({ amount, currency: 'USD' });
  }
}

let app: RunningApp;
let production: RunningApp;
beforeAll(async () => {
  app = await startApp([Failing]);
  production = await startApp([Failing], { config: { environment: 'production', introspection: false } });
});
afterAll(() => Promise.all([app.close(), production.close()]));

describe('expected failures', () => {
  it.each(errorCodes)('%s reaches the client with its message and details', async (code) => {
    const answer = await app.query('query ($code: String!) { fail(code: $code) }', { code });
    expect(answer.status).toBe(200);
    expect(answer.data).toBeNull();
    expect(answer.errors).toEqual([
      {
        message: `Refused: ${code}`,
        path: ['fail'],
        locations: [{ line: 1, column: 26 }],
        extensions: { code, available: '1.5', amounts: [100, 500] },
      },
    ]);
  });
});

describe('unexpected failures', () => {
  it.each(['crash', 'crashWithGraphQLError', 'crashWithText', 'crashInSerialization { count }'])(
    '%s is masked, and logged once with its request id',
    async (field) => {
      const requestId = `masked-${field.split(' ')[0]}`;
      const answer = await app.post({ query: `{ ${field} }` }, { 'x-request-id': requestId });
      expect(answer.text).not.toContain('ledger_transfer');
      expect(answer.text).not.toMatch(/\bat .+:\d+/);
      expect(answer.errors).toEqual([
        expect.objectContaining({
          message: `Something went wrong. Quote request id ${requestId}.`,
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        }),
      ]);
      const logged = await eventually(() => {
        const lines = app.logLines.filter((line) => line.requestId === requestId);
        return lines.some(({ msg }) => msg === 'request') ? lines : undefined;
      });
      const errors = logged.filter(({ level }) => level === 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ err: { stack: expect.any(String) }, path: expect.any(Array) });
    },
  );
});

describe('errors in the request', () => {
  it.each([
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ fail }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['query ($code: String!) { fail(code: $code) }', 'BAD_USER_INPUT'],
    ['{ echoCredits(credits: 1.5) }', 'BAD_USER_INPUT'],
    ['{ echoCredits(credits: "1.2345678") }', 'BAD_USER_INPUT'],
    ['{ price(amount: 9007199254740992) { amount } }', 'BAD_USER_INPUT'],
    ['subscription { x }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($null: String = "X") { fail(code: $null) }', 'BAD_USER_INPUT'],
    ['query ($null: Boolean = true) { crash @skip(if: $null) }', 'BAD_USER_INPUT'],
  ])('%s is %s with status 400', async (query, code) => {
    const answer = await app.query(query, { null: null });
    expect(answer.status).toBe(400);
    expect(answer.data).toBeUndefined();
    expect(answer.errors.map(({ extensions }) => extensions.code)).toContain(code);
    expect(answer.text).not.toContain('stacktrace');
  });

  it.each([1.5, '1e3', true, '0.0000001', '99999999999999999999'])(
    'Credits as %p is BAD_USER_INPUT',
    async (credits) => {
      const answer = await app.query('query ($credits: Credits!) { echoCredits(credits: $credits) }', {
        credits,
      });
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  it('names every field that breaks its rules, nested ones too, without echoing the input', async () => {
    const input = { creditAmount: -5, line: { name: 'too long a name' } };
    const answer = await app.query('query ($input: OrderInput!) { order(input: $input) }', { input });
    expect(answer.data).toEqual({ order: null });
    const [error] = answer.errors;
    expect(error?.message).toContain('creditAmount must be positive');
    expect(error?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      fields: {
        creditAmount: ['creditAmount must be positive'],
        'line.name': ['name must be shorter than or equal to 3 characters'],
      },
    });
    expect(answer.text).not.toContain('too long a name');
  });

  it('proposes names that exist in development only', async () => {
    const queries = ['{ ordr }', 'query ($input: OrderInputt!) { order(input: $input) }'];
    for (const query of queries) {
      expect((await app.query(query)).text).toContain('Did you mean');
      expect((await production.query(query)).text).not.toContain('Did you mean');
    }
  });

  it('refuses introspection where it is off', async () => {
    const open = await app.query('{ __schema { queryType { name } } }');
    expect(open.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    const closed = await production.query('{ __schema { queryType { name } } }');
    expect(closed).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
  });
});

describe('amounts', () => {
  it('pass through GraphQL without losing a digit', async () => {
    const credits = '9223372036854.775807';
    const answer = await app.query('query ($credits: Credits!) { echoCredits(credits: $credits) }', {
      credits,
    });
    expect(answer.data).toEqual({ echoCredits: credits });
  });

  it('are shown with their currency', async () => {
    const answer = await app.query('{ price(amount: 4500) { amount currency formatted } }');
    expect(answer.data).toEqual({ price: { amount: 4500, currency: 'USD', formatted: '$45.00' } });
  });
});
