import { createLocalStorage, type Storage } from '@graphiql/toolkit';
import { dropHeaders } from './drop-headers.js';

/** Apart from other GraphiQLs that may have been served on the same host and port. */
const namespace = 'unillm-billing';

/** What GraphiQL stores of its tabs, each under its own prefix. */
const tabKeys = ['tabState', 'query', 'variables', 'headers'].map((name) => `graphiql:${name}`);

/** Local storage for tabs, history and settings, except for request headers: those may hold API keys. */
export class PlaygroundStorage implements Storage {
  private readonly local = createLocalStorage({ namespace });
  private readOnly = false;

  get length(): number {
    return this.local.length;
  }

  getItem(key: string): string | null {
    return this.local.getItem(key);
  }

  setItem(key: string, value: string): void {
    if (!this.readOnly) this.local.setItem(key, dropHeaders(value));
  }

  removeItem(key: string): void {
    this.local.removeItem(key);
  }

  clear(): void {
    this.local.clear();
  }

  /** Has the next load of the page open the examples. GraphiQL saves with a delay, and must not do so after this. */
  forgetTabs(): void {
    this.readOnly = true;
    for (const key of tabKeys) this.local.removeItem(key);
  }
}
