import type { Random } from './random.js';

export const apiFaultNames = [
  'rate_limit',
  'conflict',
  'server_error',
  'garbage',
  'foreign_json',
  'timeout',
  'disconnect',
  'latency',
] as const;

/** As proxies, gateways and captive portals answer. */
export const foreignJson = [
  '{"status":"ok"}',
  '{"message":"no Route matched with those values"}',
  '{"error":"upstream connect error"}',
  '{"error":{"code":502,"message":"Bad gateway"}}',
  '{}',
  '[]',
  '"ok"',
  'true',
  '0',
  'null',
] as const;

/** When a rule applies, and how often. Without `count` and `probability` it applies always. */
interface Occurrence {
  /** How many times in all. */
  count?: number;
  /** 0 to 1, drawn from the sandbox's seeded randomness. */
  probability?: number;
}

/** Something that goes wrong between the caller and the API. */
export interface ApiFault extends Occurrence {
  /**
   * `rate_limit` answers 429; `conflict` answers 409, as while another request with the same key is running;
   * `server_error` answers 500; `garbage` answers 200 with what is not JSON, as a proxy's page; `foreign_json` answers
   * 200 with JSON that is not Stripe's; `timeout` never answers; `disconnect` closes the connection; `latency` waits
   * `delayMs`, holding the idempotency key, and then works normally.
   */
  fault: (typeof apiFaultNames)[number];
  /** Whether the work was done when it goes wrong. Default: before; always so with 429, 409 and `latency`. */
  when?: 'before' | 'after';
  method?: string;
  /** A path, where `*` stands for any part between slashes, or an expression. Default: every path. */
  path?: string | RegExp;
  delayMs?: number;
  /** What `foreign_json` answers. Default: one of a few, drawn from the sandbox's seeded randomness. */
  body?: string;
}

/** Something that goes wrong between the API and a webhook endpoint. */
export interface DeliveryFault extends Occurrence {
  /**
   * `drop` never delivers (the event stays readable in the API); `duplicate` delivers twice; `delay` waits
   * `delayMs`; `reorder` lets one to three later events overtake.
   */
  fault: 'drop' | 'duplicate' | 'delay' | 'reorder';
  /** Event types it applies to. Default: all. */
  types?: string[];
  delayMs?: number;
}

/** A fault that was set; `remove` ends it. */
export interface FaultHandle {
  readonly id: number;
  /** How many times it has struck. */
  readonly hits: () => number;
  remove(): void;
}

/** A fault in force. */
export interface FaultRule<F> {
  id: number;
  fault: F;
  hits: number;
}

/** How a test sets and clears faults. */
export type FaultControls = Pick<Faults, 'api' | 'delivery' | 'list' | 'remove' | 'clear'>;

/** The faults in force. Rules are tried in the order they were added. */
export class Faults {
  readonly #random: Random;
  #api: FaultRule<ApiFault>[] = [];
  #delivery: FaultRule<DeliveryFault>[] = [];
  #lastId = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  api(fault: ApiFault): FaultHandle {
    return this.#handle(this.#api, fault);
  }

  delivery(fault: DeliveryFault): FaultHandle {
    return this.#handle(this.#delivery, fault);
  }

  clear(): void {
    this.#api = [];
    this.#delivery = [];
  }

  remove(id: number): boolean {
    const before = this.#api.length + this.#delivery.length;
    this.#api = this.#api.filter((rule) => rule.id !== id);
    this.#delivery = this.#delivery.filter((rule) => rule.id !== id);
    return this.#api.length + this.#delivery.length < before;
  }

  list(): { api: FaultRule<ApiFault>[]; delivery: FaultRule<DeliveryFault>[] } {
    return { api: [...this.#api], delivery: [...this.#delivery] };
  }

  /** The first API fault that strikes this request. */
  strikeRequest(method: string, path: string): ApiFault | undefined {
    return this.#api.find((rule) => matchesRequest(rule.fault, method, path) && this.#strikes(rule))?.fault;
  }

  /** All the delivery faults that strike this event. */
  strikeDelivery(type: string): DeliveryFault[] {
    return this.#delivery
      .filter(({ fault }) => !fault.types || fault.types.includes(type))
      .filter((rule) => this.#strikes(rule))
      .map((rule) => rule.fault);
  }

  /** What somebody else may answer in Stripe's place. */
  foreignJson(): string {
    return foreignJson[this.#random.integer(0, foreignJson.length - 1)] ?? 'null';
  }

  /** How many later events overtake a reordered one. */
  overtakers(): number {
    return this.#random.integer(1, 3);
  }

  #strikes(rule: FaultRule<Occurrence>): boolean {
    const { count, probability } = rule.fault;
    if (count !== undefined && rule.hits >= count) return false;
    if (probability !== undefined && !this.#random.chance(probability)) return false;
    rule.hits += 1;
    return true;
  }

  #handle<F>(rules: FaultRule<F>[], fault: F): FaultHandle {
    this.#lastId += 1;
    const rule: FaultRule<F> = { id: this.#lastId, fault, hits: 0 };
    rules.push(rule);
    return { id: rule.id, hits: () => rule.hits, remove: () => void this.remove(rule.id) };
  }
}

function matchesRequest(fault: ApiFault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  if (typeof fault.path !== 'string') return new RegExp(fault.path.source, fault.path.flags).test(path);
  const pattern = fault.path
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
