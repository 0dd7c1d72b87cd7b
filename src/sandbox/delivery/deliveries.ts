import type Stripe from 'stripe';
import type { Log } from '../../platform/log.js';
import { SandboxError } from '../errors.js';
import type { Faults } from '../faults.js';
import { endpointWants, type World } from '../world.js';
import type { Delivery } from './delivery.js';
import { send } from './send.js';

export interface DeliverySettings {
  /** Wait before the second attempt; it doubles after each further one. */
  retryBaseMs: number;
  maxAttempts: number;
  /** How long an endpoint may take to answer. */
  attemptTimeoutMs: number;
}

const longestRetryDelayMs = 30_000;
/** A reordered event that nothing overtakes is sent after this time. */
const reorderPatienceMs = 100;
const duplicateDelayMs = 5;

/** A delivery held back until later events have been sent, or its patience ends. */
interface Held {
  overtakers: number;
  timer: NodeJS.Timeout;
}

/**
 * Sends events to webhook endpoints, one at a time per endpoint and in order unless a fault says otherwise, and
 * retries with exponential backoff (https://docs.stripe.com/webhooks#retries).
 */
export class Deliveries {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #log: Log;
  readonly #settings: DeliverySettings;
  readonly #ready = new Map<string, string[]>();
  readonly #sending = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #held = new Map<string, Held>();
  /** `event/endpoint` of what arrived, so that a duplicate does not count twice. */
  readonly #arrived = new Set<string>();
  readonly #aborter = new AbortController();
  #idle: (() => void)[] = [];
  #outstanding = 0;

  constructor(world: World, faults: Faults, log: Log, settings: DeliverySettings) {
    this.#world = world;
    this.#faults = faults;
    this.#log = log;
    this.#settings = settings;
  }

  /** Takes up what an earlier process left undelivered. */
  resume(): void {
    for (const delivery of this.#world.store.all('delivery')) {
      if (delivery.state === 'delivered') this.#arrived.add(pairOf(delivery));
      if (delivery.state !== 'pending') continue;
      this.#outstanding += 1;
      this.#makeReady(delivery);
    }
  }

  /** Queues a new event for every endpoint that wants it, through the delivery faults. */
  enqueue(event: Stripe.EventBase): void {
    for (const endpoint of this.#world.store.all('webhook_endpoint')) {
      if (endpointWants(endpoint, event.type)) this.#enqueueFor(event, endpoint);
    }
  }

  /** Sends an event again, past all faults, to every endpoint that wants its type. */
  resend(event: Stripe.EventBase): Delivery[] {
    const endpoints = this.#world.store.all('webhook_endpoint');
    const deliveries = endpoints
      .filter((endpoint) => endpointWants(endpoint, event.type))
      .map((endpoint) => this.#create(event, endpoint, 'pending'));
    for (const delivery of deliveries) this.#makeReady(delivery);
    this.#world.store.commit();
    return deliveries;
  }

  /** Resolves when nothing is waiting to be delivered; rejects when that takes longer than `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    if (this.#outstanding === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#flushTimeout(timeoutMs)), timeoutMs);
    });
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    await Promise.race([idle, expired]).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#aborter.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#held.clear();
    this.#ready.clear();
    this.#outstanding = 0;
    this.#settle();
  }

  #enqueueFor(event: Stripe.EventBase, endpoint: Stripe.WebhookEndpoint): void {
    const faults = this.#faults.strikeDelivery(event.type);
    const struck = (name: string) => faults.find(({ fault }) => fault === name);
    if (struck('drop')) {
      this.#create(event, endpoint, 'dropped');
      return;
    }
    const delivery = this.#create(event, endpoint, 'pending');
    const delay = struck('delay');
    if (struck('reorder')) this.#hold(delivery);
    else if (delay) this.#later(delivery, delay.delayMs ?? 0);
    else this.#makeReady(delivery);
    if (struck('duplicate')) this.#later(this.#create(event, endpoint, 'pending'), duplicateDelayMs);
  }

  #create(event: Stripe.EventBase, endpoint: Stripe.WebhookEndpoint, state: 'pending' | 'dropped'): Delivery {
    if (state === 'pending') this.#outstanding += 1;
    return this.#world.store.put('delivery', {
      id: this.#world.id('whd'),
      event: event.id,
      endpoint: endpoint.id,
      type: event.type,
      state,
      attempts: [],
    });
  }

  #hold(delivery: Delivery): void {
    const timer = setTimeout(() => this.#release(delivery), reorderPatienceMs);
    timer.unref();
    this.#held.set(delivery.id, { overtakers: this.#faults.overtakers(), timer });
  }

  #release(delivery: Delivery): void {
    const held = this.#held.get(delivery.id);
    if (!held) return;
    clearTimeout(held.timer);
    this.#held.delete(delivery.id);
    this.#makeReady(delivery);
  }

  #later(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(delivery.id);
      this.#makeReady(delivery);
    }, delayMs);
    timer.unref();
    this.#timers.set(delivery.id, timer);
  }

  #makeReady(delivery: Delivery): void {
    const queue = this.#ready.get(delivery.endpoint) ?? [];
    queue.push(delivery.id);
    this.#ready.set(delivery.endpoint, queue);
    void this.#drain(delivery.endpoint);
  }

  async #drain(endpointId: string): Promise<void> {
    if (this.#sending.has(endpointId)) return;
    this.#sending.add(endpointId);
    // The request that emitted an event answers before the event arrives, as at Stripe.
    await new Promise((resolve) => setImmediate(resolve));
    for (let id = this.#next(endpointId); id !== undefined; id = this.#next(endpointId))
      await this.#attempt(id);
    this.#sending.delete(endpointId);
  }

  #next(endpointId: string): string | undefined {
    return this.#ready.get(endpointId)?.shift();
  }

  async #attempt(id: string): Promise<void> {
    const { store } = this.#world;
    const delivery = store.get('delivery', id);
    const event = delivery && store.get('event', delivery.event);
    const endpoint = delivery && store.get('webhook_endpoint', delivery.endpoint);
    if (!delivery) return;
    if (!event || !endpoint || endpoint.status !== 'enabled') {
      this.#finish({ ...delivery, state: 'canceled' });
      return;
    }
    const at = this.#world.now();
    const answer = await send({
      url: endpoint.url,
      secret: endpoint.secret ?? '',
      payload: JSON.stringify(event, null, 2),
      timestamp: at,
      timeoutMs: this.#settings.attemptTimeoutMs,
      signal: this.#aborter.signal,
    }).then(
      (status) => ({ status, error: null }),
      (error: unknown) => ({ status: null, error: error instanceof Error ? error.message : String(error) }),
    );
    if (this.#aborter.signal.aborted) return;
    this.#record({ ...delivery, attempts: [...delivery.attempts, { at, ...answer }] }, answer.status);
  }

  #record(delivery: Delivery, status: number | null): void {
    if (status !== null && status >= 200 && status < 300) {
      this.#finish({ ...delivery, state: 'delivered' });
      this.#letOvertaken(delivery.endpoint);
      return;
    }
    if (delivery.attempts.length >= this.#settings.maxAttempts) {
      this.#log.warn({ event: delivery.event, type: delivery.type }, 'sandbox: webhook delivery given up');
      this.#finish({ ...delivery, state: 'failed' });
      return;
    }
    this.#world.store.put('delivery', delivery);
    this.#world.store.commit();
    const delay = this.#settings.retryBaseMs * 2 ** (delivery.attempts.length - 1);
    this.#later(delivery, Math.min(delay, longestRetryDelayMs));
  }

  /** Counts a sent event towards those that a held one waits for. */
  #letOvertaken(endpointId: string): void {
    for (const [id, held] of this.#held) {
      const delivery = this.#world.store.get('delivery', id);
      if (delivery?.endpoint !== endpointId) continue;
      held.overtakers -= 1;
      if (held.overtakers <= 0) this.#release(delivery);
    }
  }

  #finish(delivery: Delivery): void {
    const { store } = this.#world;
    store.put('delivery', delivery);
    const event = store.get('event', delivery.event);
    if (event && delivery.state === 'delivered' && !this.#arrived.has(pairOf(delivery))) {
      this.#arrived.add(pairOf(delivery));
      store.put('event', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) });
    }
    store.commit();
    this.#outstanding -= 1;
    if (this.#outstanding === 0) this.#settle();
  }

  #settle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #flushTimeout(timeoutMs: number): SandboxError {
    const waiting = this.#world.store.all('delivery').filter(({ state }) => state === 'pending');
    const names = waiting.slice(0, 5).map(({ type, attempts }) => {
      const last = attempts.at(-1);
      return `${type} (${attempts.length} attempts, last: ${last?.error ?? last?.status ?? 'none'})`;
    });
    return new SandboxError(
      'SANDBOX_FLUSH_TIMEOUT',
      `After ${timeoutMs} ms, ${waiting.length} webhook deliveries are outstanding: ${names.join('; ')}.`,
    );
  }
}

function pairOf(delivery: Delivery): string {
  return `${delivery.event}/${delivery.endpoint}`;
}
