import express from 'express';
import { Pool } from 'pg';
import Stripe from 'stripe';

/**
 * The least that a webhook can do which credits a payment once: it verifies with Stripe's SDK, and notes the event and
 * adds to the balance in one statement. It believes what the event says.
 */
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const secret = process.env.STRIPE_WEBHOOK_SECRET ?? '';

const credit = {
  name: 'credit',
  text: `with event as (insert into bench_event (id) values ($1) on conflict do nothing returning id)
    update bench_balance set available = available + $3 where account_id = $2 and exists (select from event)`,
};

const app = express();
app.post('/webhook', express.raw({ type: 'application/json' }), async (req, res) => {
  const event = Stripe.webhooks.constructEvent(req.body, req.get('stripe-signature') ?? '', secret);
  if (event.type === 'payment_intent.succeeded') {
    const { account_id: account, credits } = event.data.object.metadata;
    await pool.query({ ...credit, values: [event.id, account, credits] });
  }
  res.json({ received: true });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
