import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type RefObject, useEffect } from 'react';
import { KeyPicker } from './keys/key-picker.js';
import { useKeys } from './keys/use-keys.js';
import { PurchaseBar } from './purchase/purchase-bar.js';
import { usePaymentVariable } from './purchase/use-payment-variable.js';
import type { Purchase } from './purchase/use-purchase.js';
import type { PlaygroundStorage } from './storage.js';
import type { Surroundings } from './surroundings.js';

interface BarProps {
  readonly surroundings: Surroundings;
  readonly purchase: Purchase;
  readonly storage: PlaygroundStorage;
  /** Where the key of the open tab is left for the fetcher. */
  readonly currentKey: RefObject<string | null>;
}

/** The page's own bar above GraphiQL: which key is sent, and how far the purchase is. */
export function Bar({ surroundings, purchase, storage, currentKey }: BarProps) {
  const tabs = useGraphiQL((state) => state.tabs);
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const { changeTab } = useGraphiQLActions();
  const keys = useKeys(surroundings.demoKeys);
  usePaymentVariable(purchase.payment);

  useEffect(() => {
    if (!tab) return;
    currentKey.current = keys.keyOf(tab);
    if (!keys.isSettled(tab)) keys.settle(tab);
  }, [tab, keys, currentKey]);

  function openExample(operationName: string) {
    const index = tabs.findIndex(({ title }) => title === operationName);
    return index < 0 || tabs[index] === tab ? null : () => changeTab(index);
  }

  return (
    <>
      <div className="row">
        <h1>
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="20" height="20" />
          UniLLM Billing
        </h1>
        {tab && <KeyPicker keys={keys} tab={tab} />}
        <button type="button" className="restore" onClick={() => restoreExamples(storage)}>
          Restore examples
        </button>
      </div>
      {(surroundings.stripeSandbox !== null || purchase.payment !== null) && (
        <PurchaseBar purchase={purchase} openExample={openExample} />
      )}
    </>
  );
}

function restoreExamples(storage: PlaygroundStorage): void {
  if (!window.confirm('Replace all tabs with the examples?')) return;
  storage.forgetTabs();
  window.location.reload();
}
