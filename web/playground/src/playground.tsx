import { GraphiQL } from 'graphiql';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Bar } from './bar.js';
import { examples } from './examples.js';
import { createFetcher } from './fetcher.js';
import { usePurchase } from './purchase/use-purchase.js';
import { PlaygroundStorage } from './storage.js';
import type { Surroundings } from './surroundings.js';

const defaultTabs = examples.map(({ query, variables }) => ({ query, variables }));

interface PlaygroundProps {
  readonly surroundings: Surroundings;
  /** Where the bar goes, outside of GraphiQL's own layout. */
  readonly barElement: Element;
}

export function Playground({ surroundings, barElement }: PlaygroundProps) {
  const currentKey = useRef<string | null>(null);
  const purchase = usePurchase(surroundings.stripeSandbox);
  const notice = useRef(purchase.notice);
  useEffect(() => {
    notice.current = purchase.notice;
  });
  const [storage] = useState(() => new PlaygroundStorage());
  // One for good: GraphiQL reads the schema anew whenever it is given another fetcher.
  const [fetcher] = useState(() =>
    createFetcher(
      () => currentKey.current,
      (data) => notice.current(data),
    ),
  );

  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      defaultTabs={defaultTabs}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>{null}</GraphiQL.Logo>
      {createPortal(
        <Bar surroundings={surroundings} purchase={purchase} storage={storage} currentKey={currentKey} />,
        barElement,
      )}
    </GraphiQL>
  );
}
