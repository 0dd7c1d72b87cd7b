import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { Arg, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import {
  maxAliases,
  maxBodyBytes,
  maxCostFields,
  maxDepthLevels,
  maxDirectives,
  maxDocumentChars,
  maxRootFields,
  maxTokens,
  maxValidationErrors,
} from '../../src/graphql/limits/limits.js';
import { type Answer, type RunningApp, startApp } from '../http/transport.js';

let resolved = 0;

@ObjectType()
class Entry {
  @Field(() => Int)
  id = 1;
  @Field(() => Entry, { nullable: true })
  next?: Entry;
  @Field(() => [Entry])
  related: Entry[] = [];
}

@ObjectType()
class EntryConnection {
  @Field(() => [Entry])
  nodes: Entry[] = [];
}

@Resolver()
class Listing {
  @Query(() => EntryConnection)
  entries(@Arg('first', () => Int, { defaultValue: 20 }) _first: number): EntryConnection {
    resolved += 1;
    return new EntryConnection();
  }

  @Query(() => Entry, { complexity: 9_000 })
  heavy(): Entry {
    resolved += 1;
    return new Entry();
  }

  @Query(() => Entry)
  entry(): Entry {
    resolved += 1;
    return new Entry();
  }

  @Mutation(() => Int)
  count(): number {
    resolved += 1;
    return resolved;
  }
}

let app: RunningApp;
beforeAll(async () => {
  app = await startApp([Listing]);
});
beforeEach(() => {
  resolved = 0;
});
afterAll(() => app.close());

const repeat = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const nested = (levels: number) =>
  `{ entry ${'{ next '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;

function expectRefused(answer: Answer, message: string, code = 'GRAPHQL_VALIDATION_FAILED') {
  expect(answer.status).toBe(400);
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining(message), extensions: { code } }),
  ]);
  expect(resolved).toBe(0);
}

function expectRun(answer: Answer) {
  expect(answer.errors).toEqual([]);
  expect(answer.status).toBe(200);
}

describe('depth', () => {
  it('is bounded', async () => {
    expectRun(await app.query(nested(maxDepthLevels)));
    expect(resolved).toBe(1);
    resolved = 0;
    expectRefused(await app.query(nested(maxDepthLevels + 1)), `depth limit of ${maxDepthLevels} exceeded`);
  });

  it('is counted through fragments', async () => {
    const chain = repeat(maxDepthLevels, (i) => `fragment F${i} on Entry { id next { ...F${i + 1} } }`);
    const query = `{ entry { ...F0 } } ${chain} fragment F${maxDepthLevels} on Entry { id }`;
    expectRefused(await app.query(query), `depth limit of ${maxDepthLevels} exceeded`);
  });
});

describe('aliases', () => {
  it('are bounded, of __typename too', async () => {
    const aliases = (count: number) => `{ entry { ${repeat(count, (i) => `a${i}: __typename`)} } }`;
    expectRun(await app.query(aliases(maxAliases)));
    resolved = 0;
    expectRefused(await app.query(aliases(maxAliases + 1)), `Aliases limit of ${maxAliases} exceeded`);
    expectRefused(await app.query(aliases(101)), 'found 101');
  });

  it('are counted each time a fragment is spread', async () => {
    const fragment = `fragment F on Entry { ${repeat(11, (i) => `a${i}: id`)} }`;
    const query = `{ entry { ...F next { ...F next { ...F } } } } ${fragment}`;
    expectRefused(await app.query(query), 'found 33');
  });
});

describe('root fields', () => {
  const fields = (count: number) => repeat(count, (i) => `f${i}: count`);

  it('are bounded', async () => {
    expectRun(await app.query(`mutation { ${fields(maxRootFields)} }`));
    expect(resolved).toBe(maxRootFields);
    resolved = 0;
    const answer = await app.query(`mutation { ${fields(maxRootFields + 1)} }`);
    expectRefused(answer, `Root fields limit of ${maxRootFields} exceeded, found ${maxRootFields + 1}`);
  });

  it('are counted through fragments', async () => {
    const fragment = `fragment F on Mutation { ${fields(maxRootFields / 2)} }`;
    const query = `mutation { ...F ... on Mutation { ...F } count } ${fragment}`;
    expectRefused(await app.query(query), `found ${maxRootFields + 1}`);
  });
});

describe('directives', () => {
  it('are bounded', async () => {
    const directives = (count: number) => `{ ${repeat(count, () => '__typename @include(if: true)')} }`;
    expectRun(await app.query(directives(maxDirectives)));
    const answer = await app.query(directives(maxDirectives + 1));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`Directives limit of ${maxDirectives} exceeded`);
  });
});

describe('cost', () => {
  const page = (first: number | string) =>
    `a: entries(first: ${first}) { nodes { id related { id related { id } } } }`;

  it('multiplies what is below a list by `first`', async () => {
    expectRun(await app.query(`{ ${page(50)} }`));
    resolved = 0;
    const answer = await app.query(`{ ${page(100)} }`);
    expectRefused(answer, `Query cost limit of ${maxCostFields} exceeded`, 'BAD_USER_INPUT');
  });

  it('counts `first` where it is a variable', async () => {
    const query = `query ($n: Int!) { ${page('$n')} }`;
    expectRun(await app.query(query, { n: 50 }));
    resolved = 0;
    expectRefused(await app.query(query, { n: 100 }), 'Query cost limit', 'BAD_USER_INPUT');
  });

  it('counts `first` and directives anew each time, however often the operation was affordable', async () => {
    const query = `query ($n: Int!, $deep: Boolean!) {
      a: entries(first: $n) { nodes { related @include(if: $deep) { related { related { id } } } } }
    }`;
    const affordable = [
      { n: 5, deep: true },
      { n: 100, deep: false },
      { n: 5, deep: true },
    ];
    for (const variables of affordable) expectRun(await app.query(query, variables));
    resolved = 0;
    for (let i = 0; i < 2; i++) {
      expectRefused(await app.query(query, { n: 100, deep: true }), 'Query cost limit', 'BAD_USER_INPUT');
    }
    const wrong = await app.query(query, { n: 5, deep: null });
    expect(wrong.errors[0]?.message).toContain('"$deep"');
  });

  it('notices an argument that only one request of an operation left without a value', async () => {
    const query = 'query ($n: Int = 5) { entries(first: $n) { nodes { id } } }';
    expectRun(await app.query(query));
    expectRun(await app.query(query, { n: 7 }));
    resolved = 0;
    expectRefused(await app.query(query, { n: null }), 'must not be null', 'BAD_USER_INPUT');
  });

  it('counts the default of `first`', async () => {
    const wide = repeat(6, (i) => `a${i}: entries { nodes { related { related { id } } } }`);
    expectRefused(await app.query(`{ ${wide} }`), 'Query cost limit', 'BAD_USER_INPUT');
  });

  it('takes the word of a field that states its own', async () => {
    expectRun(await app.query('{ a: heavy { id } }'));
    resolved = 0;
    expectRefused(await app.query('{ a: heavy { id } b: heavy { id } }'), 'found 18002', 'BAD_USER_INPUT');
  });

  it('leaves wrong variables to execution, which names them', async () => {
    const answer = await app.query(`query ($n: Int!) { ${page('$n')} }`, { n: 'many' });
    expect(answer.errors).toMatchObject([{ message: expect.stringContaining('"$n"') }]);
    expect(answer.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuses fragments that expand without end in sight', async () => {
    const doubling = repeat(14, (i) => `fragment F${i} on Entry { ...F${i + 1} ... { ...F${i + 1} } }`);
    const query = `{ entry { ...F0 } } ${doubling} fragment F14 on Entry { id }`;
    expectRefused(await app.query(query), 'maximum allowed number of nodes', 'BAD_USER_INPUT');
  });
});

describe('documents', () => {
  it('have a bounded number of tokens', async () => {
    const tokens = (count: number) => `{ ${repeat(count - 2, () => 'a')} }`;
    const answer = await app.query(tokens(maxTokens + 1));
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    expect(answer.text).toContain(`${maxTokens} tokens`);
    expect((await app.query(tokens(maxTokens))).text).not.toContain('tokens');
  });

  it('have a bounded length', async () => {
    const padded = (length: number) => '{ __typename }'.padEnd(length, '#');
    expectRun(await app.query(padded(maxDocumentChars)));
    const answer = await app.query(padded(maxDocumentChars + 1));
    expect(answer.status).toBe(413);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });

  it('have no fragment cycles', async () => {
    const query =
      '{ entry { ...A } } fragment A on Entry { next { ...B } } fragment B on Entry { next { ...A } }';
    const answer = await app.query(query);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Cannot spread fragment');
    const root = await app.query(
      'mutation { ...A } fragment A on Mutation { count ...B } fragment B on Mutation { ...A }',
    );
    expect(root.status).toBe(400);
    expect(resolved).toBe(0);
  });

  it('are told a bounded number of errors', async () => {
    const answer = await app.query(`{ entry { ${repeat(60, (i) => `no${i}`)} } }`);
    expect(answer.status).toBe(400);
    expect(answer.errors).toHaveLength(maxValidationErrors + 1);
    expect(answer.errors.at(-1)?.message).toContain('Too many validation errors');
  });

  it('may introspect within the limits, but not without end', async () => {
    expectRun(
      await app.query(getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true })),
    );
    const loop = `{ __schema { types ${'{ fields { type '.repeat(4)}{ name }${' } }'.repeat(4)} } }`;
    expect((await app.query(loop)).status).toBe(400);
  });
});

describe('bodies', () => {
  it('have a bounded size', async () => {
    const body = (bytes: number) => {
      const empty = JSON.stringify({ query: '{ __typename }', variables: { v: '' } });
      return JSON.stringify({ query: '{ __typename }', variables: { v: 'x'.repeat(bytes - empty.length) } });
    };
    expectRun(await app.post(body(maxBodyBytes)));
    const answer = await app.post(body(maxBodyBytes + 1));
    expect(answer.status).toBe(413);
    expect(answer.errors).toEqual([
      { message: 'The request body is too large.', extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it.each(['{ "query": ', 'null', '"text"', '{"query": "{ __typename }",}'])(
    '%p is no JSON object, and answered without a stack trace',
    async (body) => {
      const answer = await app.post(body);
      expect(answer.status).toBe(400);
      expect(answer.errors).toEqual([
        { message: 'The request body is not valid JSON.', extensions: { code: 'BAD_REQUEST' } },
      ]);
    },
  );

  it('hold one operation, not a batch', async () => {
    const answer = await app.post([{ query: '{ __typename }' }, { query: '{ __typename }' }]);
    expect(answer.status).toBe(400);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });
});
