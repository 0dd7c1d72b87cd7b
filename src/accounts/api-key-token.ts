import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const scheme = 'ubk_';
const prefixRandomChars = 8;
/** 32 base62 characters are 190 bits. */
const secretChars = 32;

/** How many of a key's first characters are stored in the clear, shown to people and looked up by. */
export const keyPrefixChars = scheme.length + prefixRandomChars;
const maxTokenChars = 128;
const tokenShape = new RegExp(`^[A-Za-z0-9_]{${keyPrefixChars},${maxTokenChars}}$`);

/** A new API key such as `ubk_4fPz09Xa_…`, from the operating system's randomness. */
export function newToken(): string {
  return `${scheme}${randomChars(prefixRandomChars)}_${randomChars(secretChars)}`;
}

/** Whether a key could be one of ours; what is not need not be looked up. */
export const looksLikeToken = (token: string): boolean => tokenShape.test(token);

export const prefixOf = (token: string): string => token.slice(0, keyPrefixChars);

/**
 * One round of SHA-256, no salt, no stretching: those slow down the guessing of passwords that people
 * choose. A key has 190 random bits, so a stolen hash cannot be guessed at any speed, while a slow hash
 * would be paid on every request.
 */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Compares in a time that does not depend on where the two differ. */
export const isHashOf = (hash: Buffer, token: string): boolean => timingSafeEqual(hash, hashToken(token));

/** randomInt draws without modulo bias. */
function randomChars(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
