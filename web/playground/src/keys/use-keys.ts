import { useState } from 'react';
import { exampleTitled } from '../examples.js';
import { choicesOffered, type KeyChoice, keyOf } from './api-keys.js';

const storageKey = 'unillm-billing:keys';

export interface Tab {
  readonly id: string;
  readonly title: string;
}

interface KeyState {
  /** The key that was typed in; one for all tabs. */
  readonly otherKey: string;
  /** By tab id. */
  readonly picked: Readonly<Record<string, KeyChoice>>;
  /** What was picked last, for tabs to come. */
  readonly last: KeyChoice | null;
}

export interface Keys {
  readonly choices: readonly KeyChoice[];
  readonly otherKey: string;
  /** Whether the tab's choice holds whatever becomes of its title. */
  isSettled(tab: Tab): boolean;
  choiceOf(tab: Tab): KeyChoice;
  keyOf(tab: Tab): string | null;
  settle(tab: Tab): void;
  choose(tab: Tab, choice: KeyChoice): void;
  typeOtherKey(key: string): void;
}

/**
 * Which key each tab sends: the one picked for it, else the one its example needs, else the one picked last.
 * Kept in session storage, so that keys outlive a reload but not the browser tab.
 */
export function useKeys(withDemoKeys: boolean): Keys {
  const [state, setState] = useState(load);
  const choices = choicesOffered(withDemoKeys);

  function update(changes: Partial<KeyState>): void {
    const next = { ...state, ...changes };
    sessionStorage.setItem(storageKey, JSON.stringify(next));
    setState(next);
  }

  function choiceOf(tab: Tab): KeyChoice {
    const wanted = state.picked[tab.id] ?? exampleTitled(tab.title)?.role ?? state.last;
    return choices.find((choice) => choice === wanted) ?? choices[0];
  }

  const pick = (tab: Tab, choice: KeyChoice) => ({ ...state.picked, [tab.id]: choice });

  return {
    choices,
    otherKey: state.otherKey,
    isSettled: (tab) => tab.id in state.picked,
    choiceOf,
    keyOf: (tab) => keyOf(choiceOf(tab), state.otherKey),
    settle: (tab) => update({ picked: pick(tab, choiceOf(tab)) }),
    choose: (tab, choice) => update({ picked: pick(tab, choice), last: choice }),
    typeOtherKey: (otherKey) => update({ otherKey }),
  };
}

function load(): KeyState {
  const stored = sessionStorage.getItem(storageKey);
  return stored === null ? { otherKey: '', picked: {}, last: null } : JSON.parse(stored);
}
