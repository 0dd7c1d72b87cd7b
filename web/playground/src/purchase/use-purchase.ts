import { useEffect, useMemo, useState } from 'react';
import { type CreatedPayment, confirms, createdPaymentIn } from './created-payment.js';
import { type IntentState, SandboxClient } from './sandbox-client.js';

const storageKey = 'unillm-billing:payment';

/** 'confirmed': not only paid, but its credits are on the account. */
export type PaymentState = IntentState | 'unknown' | 'no-sandbox' | 'confirmed';

export interface Purchase {
  /** The last payment that was created from this page; null before the first. */
  readonly payment: CreatedPayment | null;
  readonly state: PaymentState;
  /** Whether the card is being charged at this moment. */
  readonly paying: boolean;
  /** Looks in the data of an answer for a payment that it created or confirmed. */
  notice(data: unknown): void;
  pay(paymentMethod: string): Promise<void>;
}

/** Follows one purchase: from the answer that created its payment to the one that confirms it. */
export function usePurchase(sandboxOrigin: string | null): Purchase {
  const [payment, setPayment] = useState(load);
  const [state, setState] = useState<PaymentState>('unknown');
  const [paying, setPaying] = useState(false);
  const sandbox = useMemo(
    () => (sandboxOrigin === null ? null : new SandboxClient(sandboxOrigin, window.location.href)),
    [sandboxOrigin],
  );

  useEffect(() => {
    if (payment === null) return;
    let superseded = false;
    setState('unknown');
    Promise.resolve(sandbox?.retrieve(payment)).then((found) => {
      if (!superseded) setState(found ?? 'no-sandbox');
    });
    return () => {
      superseded = true;
    };
  }, [payment, sandbox]);

  function notice(data: unknown): void {
    const created = createdPaymentIn(data);
    if (created !== null) {
      sessionStorage.setItem(storageKey, JSON.stringify(created));
      setPayment(created);
    } else if (payment !== null && confirms(data, payment)) {
      setState('confirmed');
    }
  }

  async function pay(paymentMethod: string): Promise<void> {
    if (payment === null || sandbox === null) return;
    setPaying(true);
    setState((await sandbox.confirm(payment, paymentMethod)) ?? 'no-sandbox');
    setPaying(false);
  }

  return { payment, state, paying, notice, pay };
}

function load(): CreatedPayment | null {
  const stored = sessionStorage.getItem(storageKey);
  return stored === null ? null : JSON.parse(stored);
}
