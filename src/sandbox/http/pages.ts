import type Stripe from 'stripe';
import { formatAmount } from '../currencies.js';

/** What stands for the issuer's 3-D Secure page: two buttons, or what came of them. */
export function authenticationPage(intent: Stripe.PaymentIntent): string {
  const amount = formatAmount(intent.amount, intent.currency);
  if (intent.status !== 'requires_action') {
    return page(
      '3-D Secure',
      `<p>The payment of ${amount} is now <strong>${escapeHtml(intent.status)}</strong>.</p>`,
    );
  }
  const action = `/_sandbox/authenticate/${encodeURIComponent(intent.id)}`;
  return page(
    '3-D Secure',
    `<p>Your test bank asks: do you authorize the payment of <strong>${amount}</strong>?</p>
<form method="post" action="${action}/pass"><button>Complete authentication</button></form>
<form method="post" action="${action}/fail"><button>Fail authentication</button></form>`,
  );
}

export function receiptPage(charge: Stripe.Charge): string {
  const amount = formatAmount(charge.amount_captured, charge.currency);
  const refunded =
    charge.amount_refunded > 0
      ? `<p>Refunded: ${formatAmount(charge.amount_refunded, charge.currency)}</p>`
      : '';
  return page(
    'Receipt',
    `<p>Paid: <strong>${amount}</strong></p>${refunded}<p>${escapeHtml(charge.description ?? '')}</p><p><small>${charge.id}</small></p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title} (sandbox)</title>
<style>body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem 0}</style></head>
<body><h1>${title}</h1>${content}<p><small>Sandbox: no money moves.</small></p></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
