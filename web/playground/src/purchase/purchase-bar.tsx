import { buyCredits, confirmPayment } from '../examples.js';
import type { CreatedPayment } from './created-payment.js';
import { TestCardForm } from './test-card-form.js';
import type { PaymentState, Purchase } from './use-purchase.js';

interface PurchaseBarProps {
  readonly purchase: Purchase;
  /** Opens the tab of an example; null where it is open already, or was closed. */
  readonly openExample: (operationName: string) => (() => void) | null;
}

/** Says where the purchase stands and offers the next step. */
export function PurchaseBar({ purchase, openExample }: PurchaseBarProps) {
  const { payment, state, paying, pay } = purchase;
  if (payment === null) {
    return (
      <section className="purchase" aria-label="Purchase">
        <p>
          To buy credits: run <b>{buyCredits}</b>, pay here with a test card, then run <b>{confirmPayment}</b>
          .
        </p>
        <OpenTab name={buyCredits} open={openExample(buyCredits)} />
      </section>
    );
  }
  return (
    <section className="purchase" aria-label="Purchase">
      <p title={payment.paymentIntentId}>
        <b>{payment.description}</b>
      </p>
      <Outcome payment={payment} state={state} />
      {isPayable(state) && <TestCardForm paying={paying} pay={pay} />}
      {isPaid(state) && <OpenTab name={confirmPayment} open={openExample(confirmPayment)} />}
    </section>
  );
}

function Outcome({ payment, state }: { readonly payment: CreatedPayment; readonly state: PaymentState }) {
  if (state === 'unknown') return <output className="hint">Asking the Stripe sandbox…</output>;
  if (state === 'no-sandbox') {
    return (
      <output className="hint">
        No Stripe sandbox knows {payment.paymentIntentId}. Pay it with Stripe.js, then run {confirmPayment}.
      </output>
    );
  }
  if (state === 'confirmed')
    return <output className="good">Paid, and the credits are on the account.</output>;
  if (isPaid(state)) {
    return (
      <output className="good">
        Paid. Stripe’s webhook adds the credits; {confirmPayment} adds them at once and shows the balance.
      </output>
    );
  }
  if (state.failure !== null) return <output className="bad">{state.failure}</output>;
  return (
    <output className="hint">{isPayable(state) ? 'Not paid yet.' : `Stripe says: ${state.status}.`}</output>
  );
}

function OpenTab({ name, open }: { readonly name: string; readonly open: (() => void) | null }) {
  if (open === null) return null;
  return (
    <button type="button" onClick={open}>
      Open {name}
    </button>
  );
}

const payableStatuses = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

function isPayable(state: PaymentState): boolean {
  return typeof state === 'object' && payableStatuses.includes(state.status);
}

function isPaid(state: PaymentState): boolean {
  return typeof state === 'object' && state.status === 'succeeded';
}
