import { isIPv4, isIPv6 } from 'node:net';
import type { Request } from 'express';

const groupsOfNetwork = 4;
const groupsOfAddress = 8;
const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Whom a request is counted against: the peer of the connection, or as many hops before it as TRUST_PROXY says. What a
 * proxy passes on that is no address counts against the proxy itself, so that no text is a budget of its own.
 */
export function clientAddress(req: Request): string {
  return networkOf(req.ip ?? '') ?? networkOf(req.socket.remoteAddress ?? '') ?? 'unknown';
}

/**
 * An IPv4 address as it is; of an IPv6 address its /64, all of which one subscriber has. Null: it is neither.
 * https://www.rfc-editor.org/rfc/rfc6177
 */
export function networkOf(address: string): string | null {
  if (isIPv4(address)) return address;
  const mapped = mappedIPv4.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(address)) return null;
  return `${groupsOf(address).slice(0, groupsOfNetwork).join(':')}::/64`;
}

/** The groups of an IPv6 address with "::" written out; only the first four of them matter. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // The last group may be an IPv4 address, which stands for two.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = Array.from({ length: Math.max(0, groupsOfAddress - written) }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
