import { createServer } from 'node:http';
import { paymentOf } from '../data/names.js';
import { paidIntent } from '../data/stripe-objects.js';

/** Answers Stripe's GET /v1/payment_intents/:id, with a paid intent. Cheaper than the sandbox, which remembers. */
const accounts = Number(process.env.ACCOUNTS);

createServer((req, res) => {
  const payment = paymentOf(/^\/v1\/payment_intents\/(\w+)$/.exec(req.url ?? '')?.[1] ?? '');
  const isKnown = req.method === 'GET' && Number.isInteger(payment);
  const body = isKnown
    ? paidIntent(payment, accounts)
    : { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'There is no such.' } };
  res.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json', 'request-id': 'req_bench' });
  res.end(JSON.stringify(body));
}).listen(Number(process.env.PORT), '127.0.0.1');
