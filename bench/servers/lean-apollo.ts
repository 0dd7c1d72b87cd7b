import { createHash } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { GraphQLError } from 'graphql';
import { Pool } from 'pg';
import { formatCredits } from '../../src/platform/credits.js';

/**
 * The same two queries written by hand for them alone: Apollo Server, Express and pg with prepared statements on
 * tables of the same data. Every request's key is looked up by its hash. No limits, no log, no metrics.
 */
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

interface Context {
  readonly accountId: string;
}

interface BalanceRow {
  readonly available: string;
  readonly held: string;
  readonly owed: string;
  readonly updated_at: Date;
}

interface HistoryRow {
  readonly seq: string;
  readonly type: string;
  readonly description: string;
  readonly credits: string;
  readonly money_amount: string | null;
  readonly money_currency: string | null;
  readonly created_at: Date;
}

async function query<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ name, text, values })).rows;
}

async function contextOf(authorization: string | undefined): Promise<Context> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
  const hash = createHash('sha256').update(token).digest();
  const [key] = await query<{ account_id: string }>(
    'key',
    'select account_id from lean.api_key where hash = $1',
    [hash],
  );
  if (!key) throw new GraphQLError('No such key.', { extensions: { code: 'UNAUTHENTICATED' } });
  return { accountId: key.account_id };
}

const typeDefs = `
  type Query {
    balance: Balance!
    billingHistory(first: Int!): BillingHistory!
  }
  type Balance { available: String!, held: String!, owed: String!, updatedAt: String! }
  type BillingHistory { nodes: [BillingEntry!]!, pageInfo: PageInfo! }
  type BillingEntry {
    id: ID!
    type: String!
    description: String!
    credits: String!
    money: Money
    createdAt: String!
  }
  type Money { amount: Int!, currency: String! }
  type PageInfo { hasNextPage: Boolean! }
`;

const resolvers = {
  Query: {
    balance: async (_: unknown, __: unknown, { accountId }: Context) => {
      const [row] = await query<BalanceRow>(
        'balance',
        'select available, held, owed, updated_at from lean.balance where account_id = $1',
        [accountId],
      );
      return (
        row && {
          available: formatCredits(BigInt(row.available)),
          held: formatCredits(BigInt(row.held)),
          owed: formatCredits(BigInt(row.owed)),
          updatedAt: row.updated_at.toISOString(),
        }
      );
    },
    billingHistory: async (_: unknown, { first }: { first: number }, { accountId }: Context) => {
      const rows = await query<HistoryRow>(
        'history',
        `select seq, type, description, credits, money_amount, money_currency, created_at
         from lean.history where account_id = $1 order by seq desc limit $2`,
        [accountId, first + 1],
      );
      const nodes = rows.slice(0, first).map((row) => ({
        id: `${accountId}/${row.seq}`,
        type: row.type,
        description: row.description,
        credits: formatCredits(BigInt(row.credits)),
        money: row.money_amount && { amount: Number(row.money_amount), currency: row.money_currency },
        createdAt: row.created_at.toISOString(),
      }));
      return { nodes, pageInfo: { hasNextPage: rows.length > first } };
    },
  },
};

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers,
  plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
});
await server.start();
const app = express();
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(server, { context: ({ req }) => contextOf(req.headers.authorization) }),
);
app.listen(Number(process.env.PORT), '127.0.0.1');
