import { randomInt, randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { accountId, customerToken, serviceToken } from '../data/names.js';
import { deliveryOf } from '../data/stripe-objects.js';
import { type Debit, debitOperation, recordUsageOperation } from '../subjects.js';
import { graphqlPostOf, type Operation, postOf } from './http-request.js';

/** What a generator sends, in words that can be sent to its process. */
export type Plan = DebitPlan | QueryPlan | DeliveryPlan;

/** Debits, each with an idempotency key of its own. */
export interface DebitPlan {
  readonly kind: 'debits';
  /** The accounts with these numbers, one of them at random for each debit. */
  readonly accounts: { readonly first: number; readonly count: number };
  /** 1: debitCredits; more: recordUsage. */
  readonly perRequest: number;
  /** How many requests to have ready. */
  readonly requests: number;
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

/** Requests that are ready to be sent, each worth some units of work. */
export interface Requests {
  readonly units: number;
  next(): Buffer | undefined;
}

/** Makes all requests of a plan before the clock starts: making and signing them is not what is measured. */
export function requestsOf(plan: Plan, port: number): Requests {
  switch (plan.kind) {
    case 'debits':
      return { units: plan.perRequest, next: eachOf(debits(plan, port)) };
    case 'query':
      return { units: 1, next: again(queries(plan, port)) };
    case 'deliveries':
      return { units: 1, next: eachOf(deliveries(plan, port)) };
  }
}

function debits({ accounts, perRequest, requests }: DebitPlan, port: number): Buffer[] {
  const debit = () => ({
    accountId: accountId(accounts.first + randomInt(accounts.count)),
    idempotencyKey: randomUUID(),
  });
  return Array.from({ length: requests }, () => {
    const operation =
      perRequest === 1 ? debitOperation(debit()) : recordUsage(Array.from({ length: perRequest }, debit));
    return graphqlPostOf(port, serviceToken, operation);
  });
}

function recordUsage(debits: readonly Debit[]): Operation {
  if (!recordUsageOperation) throw new Error('There is no recordUsage yet.');
  return recordUsageOperation(debits);
}

const queries = ({ query, customers }: QueryPlan, port: number): Buffer[] =>
  Array.from({ length: customers }, (_, customer) => graphqlPostOf(port, customerToken(customer), { query }));

function deliveries({ path, secret, accounts, first, count }: DeliveryPlan, port: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const payload = deliveryOf(first + i, accounts);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
    return postOf(port, path, { 'stripe-signature': signature }, payload);
  });
}

function eachOf(requests: readonly Buffer[]): () => Buffer | undefined {
  let sent = 0;
  return () => requests[sent++];
}

function again(requests: readonly Buffer[]): () => Buffer | undefined {
  let sent = 0;
  return () => requests[sent++ % requests.length];
}
