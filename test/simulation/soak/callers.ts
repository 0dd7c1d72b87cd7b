import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ClientError, GraphQLClient } from 'graphql-request';
import { Disagreement } from '../disagreement.js';
import type { Random } from '../random.js';
import type { Tally } from './tally.js';

export type Answer<Data> =
  | { readonly state: 'done'; readonly data: Data }
  | { readonly state: 'refused'; readonly code: string }
  /** Whether it was done is not known. */
  | { readonly state: 'unanswered' };

/** Longer than the service takes for anything. */
const patienceMs = 40_000;
/** Says of itself that it can be tried again. */
const passing: ReadonlySet<string> = new Set(['UNAVAILABLE', 'STRIPE_UNAVAILABLE', 'RATE_LIMITED']);

export const keys = { service: 'demo_service_key', admin: 'demo_admin_key' } as const;

/** Everybody who calls the API. Each request goes to any of the servers. */
export class Callers {
  constructor(
    private readonly urls: () => readonly string[],
    private readonly random: Random,
    private readonly tally: Tally,
  ) {}

  /** @throws Disagreement where the service answers what it answers to nobody */
  async ask<Data, Variables extends object>(
    key: string,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>> {
    const client = new GraphQLClient(`${this.random.pick(this.urls())}/graphql`, {
      headers: { authorization: `Bearer ${key}` },
    });
    this.tally.add('requests');
    const answer = await client
      .request<Data>({ document, variables, signal: AbortSignal.timeout(patienceMs) })
      .then((data) => ({ state: 'done', data }) as const, toAnswer);
    if (answer.state === 'unanswered') this.tally.add('unanswered');
    return answer;
  }
}

/** What a refusal means to its caller. @throws Disagreement where it says nothing that was foreseen */
export function refusalOf(code: string, shown: unknown): Answer<never> {
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'undefined')
    throw new Disagreement(`Answered with ${JSON.stringify(shown)}`);
  return passing.has(code) ? { state: 'unanswered' } : { state: 'refused', code };
}

function toAnswer(error: unknown): Answer<never> {
  // The connection broke, or nobody listens.
  if (!(error instanceof ClientError)) return { state: 'unanswered' };
  const [first, ...others] = error.response.errors ?? [];
  if (!first) {
    if (error.response.status >= 500) return { state: 'unanswered' };
    throw new Disagreement(`Answered with HTTP ${error.response.status}: ${JSON.stringify(error.response)}`);
  }
  if (others.length > 0) throw new Disagreement(`Answered with ${JSON.stringify(error.response.errors)}`);
  return refusalOf(String(first.extensions?.code), first);
}
