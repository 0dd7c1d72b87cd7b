import { createRequire } from 'node:module';
import type * as SyncEngine from '@supabase/stripe-sync-engine';
import express from 'express';
import { Client } from 'pg';
import { createLog } from '../../src/platform/log.js';

/** `@supabase/stripe-sync-engine` behind the same Express: it mirrors Stripe's objects, and credits nothing. */

// As CommonJS: its ES module looks for its migrations in __dirname, which there is none of.
const { runMigrations, StripeSync }: typeof SyncEngine = createRequire(import.meta.url)(
  '@supabase/stripe-sync-engine',
);

const databaseUrl = process.env.DATABASE_URL ?? '';
const logger = createLog('warn');
await addRole(databaseUrl);
await runMigrations({ databaseUrl, schema: 'stripe', logger });
const sync = new StripeSync({
  poolConfig: { connectionString: databaseUrl, max: 10 },
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret: process.env.STRIPE_WEBHOOK_SECRET ?? '',
  logger,
});

const app = express();
app.post('/webhook', express.raw({ type: 'application/json' }), async (req, res) => {
  await sync.processWebhook(req.body, req.get('stripe-signature'));
  res.json({ received: true });
});
app.listen(Number(process.env.PORT), '127.0.0.1');

/** Its migrations give a function to a role of this name, which a server of ours does not have. */
async function addRole(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_roles where rolname = 'postgres'`);
    if (!rowCount) await client.query('create role postgres nologin');
  } finally {
    await client.end();
  }
}
