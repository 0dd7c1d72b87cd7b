import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import Stripe from 'stripe';

/** Posts one signed event and tells the status it was answered with; rejects when there is no answer. */
export function send(options: {
  url: string;
  secret: string;
  payload: string;
  timestamp: number;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<number> {
  const { url, payload, signal } = options;
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: options.secret,
    timestamp: options.timestamp,
  });
  return new Promise((resolve, reject) => {
    const post = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = post(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(payload),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signature,
        connection: 'close',
      },
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`No answer within ${options.timeoutMs} ms.`)),
      options.timeoutMs,
    );
    timer.unref();
    outgoing.on('response', (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(payload);
  });
}
