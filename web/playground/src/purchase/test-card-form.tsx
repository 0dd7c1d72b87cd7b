import { useId, useState } from 'react';
import { testCards, usualCard } from './sandbox-client.js';

interface TestCardFormProps {
  readonly paying: boolean;
  readonly pay: (paymentMethod: string) => void;
}

/** Stands in for Stripe's payment form. */
export function TestCardForm({ paying, pay }: TestCardFormProps) {
  const [card, setCard] = useState<string>(usualCard);
  const cardId = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        pay(card);
      }}
    >
      <label htmlFor={cardId}>Test card</label>
      <select id={cardId} value={card} onChange={(event) => setCard(event.target.value)}>
        {testCards.map(({ paymentMethod, label }) => (
          <option key={paymentMethod} value={paymentMethod}>
            {label}
          </option>
        ))}
      </select>
      <button type="submit" className="primary" disabled={paying}>
        {paying ? 'Paying…' : 'Pay with test card'}
      </button>
    </form>
  );
}
