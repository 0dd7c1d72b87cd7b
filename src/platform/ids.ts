import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.js';

/**
 * A UUID version 7 (RFC 9562): 48 bits of the Clock's milliseconds, then randomness, so that new rows
 * land beside each other in an index. Order within a millisecond is not promised and must not be used.
 */
export function newId(clock: Clock): string {
  const time = clock.now().getTime().toString(16).padStart(timeDigits, '0');
  // A version 4 has the same variant, and its randomness where a version 7 has it; Node.js draws it in advance.
  const random = randomUUID().slice(versionAt + 1);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random}`;
}

/** How such an id, or any other UUID of ours, is written. */
export const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const timeDigits = 12;
/** Of xxxxxxxx-xxxx-Vxxx-xxxx-xxxxxxxxxxxx. */
const versionAt = 14;
