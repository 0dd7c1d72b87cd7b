import { IdempotencyKey } from './platform/idempotency/idempotency-key.entity.js';

/** Every table this project owns. */
export const entities = [IdempotencyKey];
