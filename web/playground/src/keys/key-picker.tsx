import { useId } from 'react';
import { type KeyChoice, namesAuthorization } from './api-keys.js';
import type { Keys, Tab } from './use-keys.js';

const labels: Readonly<Record<KeyChoice, string>> = {
  customer: 'Customer (demo key)',
  service: 'Service (demo key)',
  admin: 'Admin (demo key)',
  other: 'Another key…',
  none: 'No key',
};

interface KeyPickerProps {
  readonly keys: Keys;
  readonly tab: Tab & { readonly headers?: string | null };
}

/** Picks the API key that the open tab sends, and says what will be sent. */
export function KeyPicker({ keys, tab }: KeyPickerProps) {
  const choiceId = useId();
  const choice = keys.choiceOf(tab);
  return (
    <div className="keys">
      <label htmlFor={choiceId}>API key of this tab</label>
      <select
        id={choiceId}
        value={choice}
        onChange={(event) => keys.choose(tab, event.target.value as KeyChoice)}
      >
        {keys.choices.map((offered) => (
          <option key={offered} value={offered}>
            {labels[offered]}
          </option>
        ))}
      </select>
      {choice === 'other' && (
        <input
          type="password"
          value={keys.otherKey}
          onChange={(event) => keys.typeOtherKey(event.target.value)}
          placeholder="Paste an API key"
          aria-label="API key"
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <span className="hint">{hint(choice, keys.keyOf(tab), tab.headers ?? null)}</span>
    </div>
  );
}

function hint(choice: KeyChoice, key: string | null, headersText: string | null) {
  if (namesAuthorization(headersText)) return 'The Authorization in this tab’s Headers is sent instead.';
  if (key === null) return 'No Authorization header is sent.';
  if (choice === 'other') return 'Forgotten when this browser tab is closed.';
  return <code>Authorization: Bearer {key}</code>;
}
