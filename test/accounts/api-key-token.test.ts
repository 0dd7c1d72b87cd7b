import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  hashToken,
  isHashOf,
  keyPrefixChars,
  looksLikeToken,
  newToken,
  prefixOf,
} from '../../src/accounts/api-key-token.js';

const manyTokens = 2_000;

describe('a new API key', () => {
  const tokens = Array.from({ length: manyTokens }, newToken);

  it('is "ubk_", 8 and then 32 base62 characters', () => {
    for (const token of tokens) expect(token).toMatch(/^ubk_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}$/);
  });

  it('looks like a key to us, and begins with its prefix', () => {
    for (const token of tokens) {
      expect(looksLikeToken(token)).toBe(true);
      expect(prefixOf(token)).toMatch(/^ubk_[0-9A-Za-z]{8}$/);
      expect(token.startsWith(`${prefixOf(token)}_`)).toBe(true);
    }
  });

  it('never comes twice, and neither does its prefix', () => {
    expect(new Set(tokens).size).toBe(manyTokens);
    expect(new Set(tokens.map(prefixOf)).size).toBe(manyTokens);
  });

  it('uses every character of base62 about equally often', () => {
    const counts = new Map<string, number>();
    for (const token of tokens) {
      for (const char of token.slice(keyPrefixChars + 1)) counts.set(char, (counts.get(char) ?? 0) + 1);
    }
    const expected = (manyTokens * 32) / 62;
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(62);
    // 61 degrees of freedom: beyond 137 once in ten million runs. A modulo bias of 256 % 62 gives about 420.
    expect(chiSquared).toBeLessThan(137);
  });
});

describe('the hash of a key', () => {
  it('is SHA-256 of the whole key', () => {
    const token = newToken();
    expect(hashToken(token)).toEqual(createHash('sha256').update(token).digest());
  });

  it('belongs to that key and to no other string', () => {
    const token = newToken();
    expect(isHashOf(hashToken(token), token)).toBe(true);
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(other !== token);
        expect(isHashOf(hashToken(token), other)).toBe(false);
        expect(isHashOf(hashToken(token), token + other)).toBe(other === '');
      }),
    );
  });
});

describe('what looks like a key', () => {
  it('has only letters, digits and underscores, and a bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plausible = text.length >= keyPrefixChars && text.length <= 128 && !/[^A-Za-z0-9_]/.test(text);
        expect(looksLikeToken(text)).toBe(plausible);
      }),
    );
    expect(looksLikeToken('a'.repeat(129))).toBe(false);
    expect(looksLikeToken(`${newToken()}\n`)).toBe(false);
    expect(looksLikeToken("' or true; --")).toBe(false);
  });
});
