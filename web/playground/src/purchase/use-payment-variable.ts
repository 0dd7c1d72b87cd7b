import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';
import { exampleTitled } from '../examples.js';
import type { CreatedPayment } from './created-payment.js';
import { withPaymentIntentId } from './payment-variable.js';

const storageKey = 'unillm-billing:filled';

interface Filled {
  readonly paymentIntentId: string;
  readonly tabIds: readonly string[];
}

/**
 * Puts a newly created payment into the variables of the examples that take one, when their tab is opened.
 * Once for each tab and payment, so that what is typed over it stays.
 */
export function usePaymentVariable(payment: CreatedPayment | null): void {
  const { tab, editor } = useGraphiQL(({ tabs, activeTabIndex, variableEditor }) => ({
    tab: tabs[activeTabIndex],
    editor: variableEditor,
  }));

  useEffect(() => {
    if (!tab || !editor || !payment || !exampleTitled(tab.title)) return;
    const { paymentIntentId } = payment;
    const filled = load(paymentIntentId);
    if (filled.tabIds.includes(tab.id)) return;
    save({ paymentIntentId, tabIds: [...filled.tabIds, tab.id] });
    const before = editor.getValue();
    const after = withPaymentIntentId(before, paymentIntentId);
    if (after !== before) editor.setValue(after);
  }, [tab, editor, payment]);
}

function load(paymentIntentId: string): Filled {
  const stored = sessionStorage.getItem(storageKey);
  const filled: Filled | null = stored === null ? null : JSON.parse(stored);
  return filled?.paymentIntentId === paymentIntentId ? filled : { paymentIntentId, tabIds: [] };
}

function save(filled: Filled): void {
  sessionStorage.setItem(storageKey, JSON.stringify(filled));
}
