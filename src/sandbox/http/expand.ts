import type Stripe from 'stripe';
import { asOfNow } from '../resources/balance.js';
import type { CollectionName } from '../store/store.js';
import type { World } from '../world.js';
import { invalidRequest } from './errors.js';

/** What a request can answer with; a list expands through `data`. */
export type ExpandableKind =
  | 'customer'
  | 'payment_method'
  | 'payment_intent'
  | 'charge'
  | 'refund'
  | 'dispute'
  | 'balance_transaction'
  | 'early_fraud_warning'
  | 'event'
  | 'webhook_endpoint'
  | `list of ${'customer' | 'payment_method' | 'payment_intent' | 'charge' | 'refund' | 'dispute'}`
  | `list of ${'balance_transaction' | 'early_fraud_warning' | 'event' | 'webhook_endpoint'}`;

type Kind = Exclude<ExpandableKind, `list of ${string}`>;

/** The fields Stripe marks "Expandable" that can hold something here, and what they hold. */
const expandable: Record<Kind, Record<string, Kind[]>> = {
  customer: {},
  payment_method: { customer: ['customer'] },
  payment_intent: {
    customer: ['customer'],
    latest_charge: ['charge'],
    payment_method: ['payment_method'],
  },
  charge: {
    balance_transaction: ['balance_transaction'],
    customer: ['customer'],
    failure_balance_transaction: ['balance_transaction'],
    payment_intent: ['payment_intent'],
    refunds: ['refund'],
  },
  refund: {
    balance_transaction: ['balance_transaction'],
    charge: ['charge'],
    customer: ['customer'],
    failure_balance_transaction: ['balance_transaction'],
    payment_intent: ['payment_intent'],
    payment_method: ['payment_method'],
  },
  dispute: { charge: ['charge'], payment_intent: ['payment_intent'] },
  balance_transaction: { source: ['charge', 'refund', 'dispute'] },
  early_fraud_warning: { charge: ['charge'], payment_intent: ['payment_intent'] },
  event: {},
  webhook_endpoint: {},
};

const maxLevels = 4;

/** Refuses, before anything is executed, paths that lead nowhere (https://docs.stripe.com/api/expanding_objects). */
export function checkExpand(paths: string[], returns: ExpandableKind | 'none'): void {
  for (const path of paths) {
    const names = path.split('.');
    if (names.length > maxLevels) {
      throw invalidRequest(
        `You cannot expand more than ${maxLevels} levels of a property. Property: ${path}`,
        {
          param: 'expand',
        },
      );
    }
    if (returns === 'none') throw notExpandable(path);
    const isList = returns.startsWith('list of ');
    if (isList && names.shift() !== 'data') throw notExpandable(path);
    let kinds: string[] = [returns.replace('list of ', '')];
    if (names.length === 0) throw notExpandable(path);
    let inList = false;
    for (const name of names) {
      if (inList && name === 'data') {
        inList = false;
        continue;
      }
      kinds = kinds.flatMap((kind) => fieldKinds(kind, name));
      if (kinds.length === 0) throw notExpandable(path);
      inList = name === 'refunds';
    }
  }
}

function fieldKinds(kind: string, name: string): Kind[] {
  return Object.entries(expandable).find(([candidate]) => candidate === kind)?.[1][name] ?? [];
}

function notExpandable(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

const collections: CollectionName[] = [
  'customer',
  'payment_method',
  'payment_intent',
  'charge',
  'refund',
  'dispute',
];

/** A copy of an answer with the objects at the given paths in the place of their ids. */
export function expand(answer: object, paths: string[], world: World): object {
  return paths.reduce((object, path) => expandPath(object, path.split('.'), world), answer);
}

function expandPath(object: object, names: string[], world: World): object {
  const [name, ...rest] = names;
  if (name === undefined) return object;
  const value = fieldOf(object, name, world);
  if (Array.isArray(value)) {
    return { ...object, [name]: value.map((item) => expandValue(item, rest, world)) };
  }
  return value === undefined ? object : { ...object, [name]: expandValue(value, rest, world) };
}

function expandValue(value: unknown, rest: string[], world: World): unknown {
  const target = typeof value === 'string' ? findAnywhere(value, world) : value;
  return typeof target === 'object' && target !== null ? expandPath(target, rest, world) : target;
}

function fieldOf(object: object, name: string, world: World): unknown {
  const fields: Record<string, unknown> = { ...object };
  if (name === 'refunds' && fields.object === 'charge' && typeof fields.id === 'string') {
    return fields.refunds ?? refundsOf(fields.id, world);
  }
  return fields[name];
}

const embeddedListLength = 10;

/** A charge's refunds, which are in the charge only when asked for (https://docs.stripe.com/api/charges/object#charge_object-refunds). */
function refundsOf(charge: string, world: World): Stripe.ApiList<Stripe.Refund> {
  const refunds = world.store
    .all('refund')
    .filter((refund) => refund.charge === charge)
    .toReversed();
  return {
    object: 'list',
    data: refunds.slice(0, embeddedListLength),
    has_more: refunds.length > embeddedListLength,
    url: `/v1/charges/${charge}/refunds`,
  };
}

function findAnywhere(id: string, world: World): unknown {
  const transaction = world.store.get('balance_transaction', id);
  if (transaction) return asOfNow(world, transaction);
  return collections.map((name) => world.store.get(name, id)).find((object) => object !== undefined) ?? id;
}
