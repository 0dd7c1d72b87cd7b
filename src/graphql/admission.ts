import type { Request, RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import type { Caller, Role } from '../platform/caller.js';
import { DomainError } from '../platform/errors.js';
import { clientAddress } from '../platform/http/client-address.js';
import { limitByAddress, refuse, tooManyRequests } from '../platform/http/rate-limit.js';
import type { BudgetName } from '../platform/rate-limits/budgets.js';
import { rateLimitHeaders } from '../platform/rate-limits/headers.js';
import type { Standing } from '../platform/rate-limits/rate-limiter.js';
import type { RateLimits } from '../platform/rate-limits/rate-limits.js';
import { type Authenticate, tokenFrom, wrongKey } from './authenticate.js';
import { KnownCallers } from './known-callers.js';

const budgetOf: Readonly<Record<Role, BudgetName>> = {
  CUSTOMER: 'customer',
  SERVICE: 'service',
  ADMIN: 'admin',
};

/** Decides who a request is from, and whether it has made too many. */
export class Admission {
  readonly #known = new KnownCallers();
  readonly #anonymous: RequestHandler;

  constructor(
    private readonly limits: RateLimits,
    private readonly authenticate: Authenticate,
  ) {
    this.#anonymous = limitByAddress(limits, 'anonymous');
  }

  /**
   * Stands ahead of the body parser: counts requests without an API key, and keeps addresses out that have sent too
   * many wrong ones.
   */
  readonly gate: RequestHandler = (req, res, next) => {
    const header = req.get('authorization');
    if (header === undefined) return this.#anonymous(req, res, next);
    const address = clientAddress(req);
    const standing = this.limits.exhausted('wrong-keys', address);
    if (!standing || this.#known.isKnown(address, tokenFrom(header) ?? '')) return next();
    this.limits.refused(standing);
    refuse(res, standing);
  };

  /**
   * The caller that the request's API key belongs to; null without one.
   * @throws GraphQLError UNAUTHENTICATED, answered with HTTP 401, for a malformed header or a wrong key, and
   *   RATE_LIMITED, answered with HTTP 429, for one too many of these or of the caller's requests.
   */
  async callerOf(req: Request): Promise<Caller | null> {
    const header = req.get('authorization');
    if (header === undefined) return null;
    const token = tokenFrom(header);
    const caller = token === undefined ? null : await this.authenticate(token);
    if (token === undefined || !caller) {
      this.#assertAllowed(req, await this.limits.take('wrong-keys', clientAddress(req)));
      throw wrongKey();
    }
    this.#known.note(clientAddress(req), token, caller);
    this.#assertAllowed(req, await this.limits.take(budgetOf[caller.role], caller.keyId));
    return caller;
  }

  #assertAllowed(req: Request, standing: Standing | null): void {
    if (!standing) return;
    const headers = rateLimitHeaders(standing);
    req.res?.set(headers);
    if (standing.allowed) return;
    throw new GraphQLError(tooManyRequests(standing), {
      originalError: new DomainError('RATE_LIMITED', tooManyRequests(standing)),
      extensions: { http: { status: 429 } },
    });
  }
}
