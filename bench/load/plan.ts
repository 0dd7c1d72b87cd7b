import { randomInt, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { accountId, customerToken, serviceToken } from '../data/names.js';
import { deliveryOf } from '../data/stripe-objects.js';
import {
  captureOperation,
  type Debit,
  debitOperation,
  heldIn,
  holdOperation,
  recordUsageOperation,
} from '../subjects.js';
import { graphqlPostOf, postOf } from './http-request.js';

/** What a generator sends, in words that can be sent to its process. */
export type Plan = DebitPlan | HoldPlan | QueryPlan | DeliveryPlan;

/** Some accounts by their numbers; one of them at random is meant each time. */
export interface AccountRange {
  readonly first: number;
  readonly count: number;
}

/** Debits, each with an idempotency key of its own. */
export interface DebitPlan {
  readonly kind: 'debits';
  readonly accounts: AccountRange;
  /** 1: debitCredits; more: recordUsage. */
  readonly perRequest: number;
  /** How many requests to have ready. */
  readonly requests: number;
}

/** Holds, each captured as soon as it is there. */
export interface HoldPlan {
  readonly kind: 'holds';
  readonly accounts: AccountRange;
  /** How many holds to have ready. */
  readonly holds: number;
}

/** The same query again and again, by one customer after the other. */
export interface QueryPlan {
  readonly kind: 'query';
  readonly query: string;
  readonly customers: number;
}

/** Signed events of payments, each once. */
export interface DeliveryPlan {
  readonly kind: 'deliveries';
  readonly path: string;
  readonly secret: string;
  readonly accounts: number;
  /** The payments with these numbers. */
  readonly first: number;
  readonly count: number;
}

/** Sends a request and resolves with the body of its answer. */
export type Send = (request: Buffer) => Promise<Buffer>;

/** One step of the load: a request, or several of which each needs the answer to the one before. */
export type Errand = (send: Send) => Promise<unknown>;

/** Errands that are ready to be run, each worth some units of work. */
export interface Errands {
  readonly units: number;
  next(): Errand | undefined;
}

/** Makes the requests of a plan before the clock starts: making and signing them is not what is measured. */
export function errandsOf(plan: Plan, port: number): Errands {
  switch (plan.kind) {
    case 'debits':
      return { units: plan.perRequest, next: eachOf(debits(plan, port)) };
    case 'holds':
      return { units: 1, next: eachOf(holds(plan, port)) };
    case 'query':
      return { units: 1, next: again(queries(plan, port)) };
    case 'deliveries':
      return { units: 1, next: eachOf(deliveries(plan, port)) };
  }
}

const to =
  (request: Buffer): Errand =>
  (send) =>
    send(request);

const someDebit = ({ first, count }: AccountRange): Debit => ({
  accountId: accountId(first + randomInt(count)),
  idempotencyKey: randomUUID(),
});

function debits({ accounts, perRequest, requests }: DebitPlan, port: number): Errand[] {
  return Array.from({ length: requests }, () => {
    const operation =
      perRequest === 1
        ? debitOperation(someDebit(accounts))
        : recordUsageOperation(Array.from({ length: perRequest }, () => someDebit(accounts)));
    return to(graphqlPostOf(port, serviceToken, operation));
  });
}

function holds({ accounts, holds }: HoldPlan, port: number): Errand[] {
  return Array.from({ length: holds }, () => {
    const hold = someDebit(accounts);
    const request = graphqlPostOf(port, serviceToken, holdOperation(hold));
    return async (send) => {
      const holdId = heldIn(JSON.parse((await send(request)).toString()));
      await send(graphqlPostOf(port, serviceToken, captureOperation(hold, holdId)));
    };
  });
}

const queries = ({ query, customers }: QueryPlan, port: number): Errand[] =>
  Array.from({ length: customers }, (_, customer) =>
    to(graphqlPostOf(port, customerToken(customer), { query })),
  );

function deliveries({ path, secret, accounts, first, count }: DeliveryPlan, port: number): Errand[] {
  return Array.from({ length: count }, (_, i) => {
    const payload = deliveryOf(first + i, accounts);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
    return to(postOf(port, path, { 'stripe-signature': signature }, payload));
  });
}

function eachOf(errands: readonly Errand[]): () => Errand | undefined {
  let run = 0;
  return () => errands[run++];
}

function again(errands: readonly Errand[]): () => Errand | undefined {
  let run = 0;
  return () => errands[run++ % errands.length];
}
