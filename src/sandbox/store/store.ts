import type Stripe from 'stripe';
import type { Delivery } from '../delivery/delivery.js';
import { SandboxError } from '../errors.js';
import type { IdempotencyRecord } from '../http/idempotency.js';
import type { ChargeTraits, PaymentMethodTraits, PendingOutcome, TokenTraits } from '../traits.js';
import { Journal } from './journal.js';

/** Everything the sandbox remembers, by the name of its collection. */
export interface Collections {
  customer: Stripe.Customer | Stripe.DeletedCustomer;
  payment_method: Stripe.PaymentMethod;
  payment_intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  early_fraud_warning: Stripe.Radar.EarlyFraudWarning;
  token: Stripe.Token;
  event: Stripe.EventBase;
  webhook_endpoint: Stripe.WebhookEndpoint;
  payment_method_traits: PaymentMethodTraits;
  token_traits: TokenTraits;
  charge_traits: ChargeTraits;
  pending_outcome: PendingOutcome;
  delivery: Delivery;
  idempotency: IdempotencyRecord;
}

export type CollectionName = keyof Collections;

type Maps = { [K in CollectionName]: Map<string, Collections[K]> };

/** One journal entry: the new state of an object, or its absence. */
type Put = { [K in CollectionName]: { in: K; put: Collections[K] } }[CollectionName];
type Drop = { in: CollectionName; drop: string };
type Written = { in: CollectionName; put: { id: string } } | Drop;

/**
 * The sandbox's memory. Objects are replaced, never changed in place, so whoever holds one holds a snapshot.
 * What one request changes is written as one journal line: after a crash it is there entirely or not at all.
 */
export class Store {
  readonly #maps: Maps = {
    customer: new Map(),
    payment_method: new Map(),
    payment_intent: new Map(),
    charge: new Map(),
    refund: new Map(),
    dispute: new Map(),
    balance_transaction: new Map(),
    early_fraud_warning: new Map(),
    token: new Map(),
    event: new Map(),
    webhook_endpoint: new Map(),
    payment_method_traits: new Map(),
    token_traits: new Map(),
    charge_traits: new Map(),
    pending_outcome: new Map(),
    delivery: new Map(),
    idempotency: new Map(),
  };
  readonly #journal: Journal | undefined;
  readonly #changed = new Map<string, () => Written>();

  /** Opens the store; with a directory, what an earlier process left there is read back. */
  constructor(dataDir?: string) {
    if (dataDir === undefined) return;
    this.#journal = new Journal(dataDir);
    try {
      for (const [index, line] of this.#journal.read().entries()) {
        for (const change of parseLine(line, index + 1, dataDir)) this.#apply(change);
      }
    } catch (error) {
      this.#journal.close();
      throw error;
    }
  }

  get<K extends CollectionName>(name: K, id: string): Collections[K] | undefined {
    return this.#maps[name].get(id);
  }

  put<K extends CollectionName>(name: K, object: Collections[K]): Collections[K] {
    this.#maps[name].set(object.id, object);
    this.#changed.set(`${name}/${object.id}`, () => this.#stateOf(name, object.id));
    return object;
  }

  drop(name: CollectionName, id: string): void {
    if (this.#maps[name].delete(id)) this.#changed.set(`${name}/${id}`, () => ({ in: name, drop: id }));
  }

  /** All of a collection, oldest first. */
  all<K extends CollectionName>(name: K): Collections[K][] {
    return [...this.#maps[name].values()];
  }

  has(id: string): boolean {
    return Object.values(this.#maps).some((map) => map.has(id));
  }

  /** Writes what changed since the last commit. */
  commit(): void {
    if (this.#changed.size === 0) return;
    const changes = [...this.#changed.values()].map((change) => change());
    this.#changed.clear();
    this.#journal?.append(JSON.stringify(changes));
  }

  /** Replaces the journal by the present state. */
  compact(): void {
    if (!this.#journal) return;
    this.#changed.clear();
    const lines: string[] = [];
    for (const name of collectionNames(this.#maps)) {
      for (const id of this.#maps[name].keys()) lines.push(JSON.stringify([this.#stateOf(name, id)]));
    }
    this.#journal.replace(lines);
  }

  close(): void {
    this.commit();
    this.#journal?.close();
  }

  #stateOf(name: CollectionName, id: string): Written {
    const put = this.#maps[name].get(id);
    return put ? { in: name, put } : { in: name, drop: id };
  }

  #apply(change: Put | Drop): void {
    if ('drop' in change) this.#maps[change.in].delete(change.drop);
    else this.#restore(change);
  }

  #restore<K extends CollectionName>(change: { in: K; put: Collections[K] }): void {
    this.#maps[change.in].set(change.put.id, change.put);
  }
}

function parseLine(line: string, number: number, dataDir: string): (Put | Drop)[] {
  try {
    return JSON.parse(line);
  } catch {
    throw new SandboxError(
      'SANDBOX_DATA_CORRUPT',
      `The sandbox cannot read line ${number} of its data in ${dataDir}. Remove the directory to start afresh.`,
    );
  }
}

function collectionNames(maps: Maps): CollectionName[] {
  const known = (name: string): name is CollectionName => name in maps;
  return Object.keys(maps).filter(known);
}
