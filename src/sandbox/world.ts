import Stripe from 'stripe';
import type { Clock } from '../platform/clock.js';
import { type ApiError, resourceMissing } from './http/errors.js';
import type { Random } from './random.js';
import type { CollectionName, Collections, Store } from './store/store.js';
import type { PendingOutcome } from './traits.js';

/** The version the sandbox speaks, whichever version a caller asks for. */
export const apiVersion = Stripe.API_VERSION;

/** The object an event of this type carries, as the SDK declares it. */
type ObjectOf<T extends Stripe.Event['type']> = Extract<Stripe.Event, { type: T }>['data']['object'];

/** The request an event is a consequence of (`event.request`). */
export interface RequestOrigin {
  id: string;
  idempotencyKey: string | null;
}

const nouns: Partial<Record<CollectionName, string>> = {
  payment_method: 'PaymentMethod',
  webhook_endpoint: 'webhook endpoint',
  balance_transaction: 'balance transaction',
  early_fraud_warning: 'early fraud warning',
};

/** What Stripe calls the id in the path, where that is not `id`. */
const pathParams: Partial<Record<CollectionName, string>> = {
  payment_intent: 'intent',
  payment_method: 'payment_method',
};

/** What every resource works with: the memory, the time, fresh ids, and the events it emits. */
export class World {
  readonly store: Store;
  readonly random: Random;
  readonly baseUrl: () => string;
  readonly #clock: Clock;
  #origin: RequestOrigin | null = null;
  #onEvent: (event: Stripe.EventBase) => void = () => {};
  #onPending: (pending: PendingOutcome) => void = () => {};

  constructor(parts: { store: Store; clock: Clock; random: Random; baseUrl: () => string }) {
    this.store = parts.store;
    this.random = parts.random;
    this.baseUrl = parts.baseUrl;
    this.#clock = parts.clock;
  }

  /** Unix seconds, as all of Stripe's timestamps are. */
  now(): number {
    return Math.floor(this.#clock.now().getTime() / 1000);
  }

  date(): Date {
    return this.#clock.now();
  }

  /** A fresh id such as `pi_…`, never one that is already stored. */
  id(prefix: string): string {
    let id: string;
    do id = `${prefix}_${this.random.token(24)}`;
    while (this.store.has(id));
    return id;
  }

  /** The object, or Stripe's `resource_missing`; `param` names the parameter that held the id, if one did. */
  find<K extends CollectionName>(name: K, id: string, param?: string): Collections[K] {
    const object = this.store.get(name, id);
    if (object) return object;
    throw missing(name, id, param);
  }

  /** A customer that exists and is not deleted. */
  findCustomer(id: string, param?: string): Stripe.Customer {
    const customer = this.find('customer', id, param);
    if (!customer.deleted) return customer;
    throw missing('customer', id, param);
  }

  /** Runs a request's work so that the events it emits name the request. */
  withOrigin<T>(origin: RequestOrigin, work: () => T): T {
    this.#origin = origin;
    try {
      return work();
    } finally {
      this.#origin = null;
    }
  }

  onEvent(listener: (event: Stripe.EventBase) => void): void {
    this.#onEvent = listener;
  }

  onPending(listener: (pending: PendingOutcome) => void): void {
    this.#onPending = listener;
  }

  /** Records that a bank debit or a refund will end later by itself. */
  expectOutcome(pending: PendingOutcome): void {
    this.store.put('pending_outcome', pending);
    this.#onPending(pending);
  }

  /** Records an event with a snapshot of its object (https://docs.stripe.com/api/events). */
  emit<T extends Stripe.Event['type']>(type: T, object: ObjectOf<T>, previous?: Partial<ObjectOf<T>>): void {
    const endpoints = this.store.all('webhook_endpoint').filter((endpoint) => endpointWants(endpoint, type));
    const event: Stripe.EventBase = {
      id: this.id('evt'),
      object: 'event',
      api_version: apiVersion,
      created: this.now(),
      data: { object, ...(previous ? { previous_attributes: previous } : {}) },
      livemode: false,
      pending_webhooks: endpoints.length,
      request: { id: this.#origin?.id ?? null, idempotency_key: this.#origin?.idempotencyKey ?? null },
      type,
    };
    this.store.put('event', event);
    this.#onEvent(event);
  }
}

function missing(name: CollectionName, id: string, param: string | undefined): ApiError {
  const noun = nouns[name] ?? name;
  if (param !== undefined) return resourceMissing(400, noun, id, param);
  return resourceMissing(404, noun, id, pathParams[name] ?? 'id');
}

export function endpointWants(endpoint: Stripe.WebhookEndpoint, type: string): boolean {
  return (
    endpoint.status === 'enabled' &&
    (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type))
  );
}

/** The id in a field that may hold the expanded object instead. */
export function idOf(reference: string | { id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}
