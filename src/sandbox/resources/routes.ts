import type { Route } from '../http/router.js';
import type { World } from '../world.js';
import { accountRoutes } from './account.js';
import { balanceRoutes } from './balance.js';
import { chargeRoutes } from './charges.js';
import { customerRoutes } from './customers.js';
import { disputeRoutes } from './disputes.js';
import { eventRoutes } from './events.js';
import { paymentIntentRoutes } from './payment-intents.js';
import { paymentMethodRoutes } from './payment-methods.js';
import { refundRoutes } from './refunds.js';
import { tokenRoutes } from './tokens.js';
import { webhookEndpointRoutes } from './webhook-endpoints.js';

/** Everything of Stripe's API that the sandbox speaks. */
export function apiRoutes(world: World): Route[] {
  return [
    ...accountRoutes(),
    ...balanceRoutes(world),
    ...chargeRoutes(world),
    ...customerRoutes(world),
    ...disputeRoutes(world),
    ...eventRoutes(world),
    ...paymentIntentRoutes(world),
    ...paymentMethodRoutes(world),
    ...refundRoutes(world),
    ...tokenRoutes(world),
    ...webhookEndpointRoutes(world),
  ];
}
