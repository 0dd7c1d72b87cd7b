import { type MicroCredits, maxMicroCredits } from '../platform/credits.js';
import { badInput } from '../platform/errors.js';
import { wholeMarkup } from './decimal.js';
import { maxTokens } from './limits.js';
import type { RateTerms } from './rate.js';

const tokensPerPrice = 1_000n;
const picoPerMicro = 1_000_000n;

/**
 * What a call to a model costs. Exact until the one rounding at the end, which is up to the next micro-credit:
 * to the nearest, short calls to cheap models would be free, while up, a call costs less than one micro-credit
 * too much, and nobody pays less by cutting it into several.
 * @throws DomainError BAD_USER_INPUT for a number of tokens out of bounds, and for more than can be stored.
 */
export function priceOf(terms: RateTerms, inputTokens: bigint, outputTokens: bigint): MicroCredits {
  assertTokens(inputTokens);
  assertTokens(outputTokens);
  const beforeMarkup = terms.inputPrice * inputTokens + terms.outputPrice * outputTokens;
  const credits = divideUp(
    beforeMarkup * (wholeMarkup + terms.markup),
    tokensPerPrice * picoPerMicro * wholeMarkup,
  );
  if (credits > maxMicroCredits) throw badInput('That many tokens cost more credits than can be stored.');
  return credits;
}

function assertTokens(tokens: bigint): void {
  if (tokens < 0n || tokens > maxTokens)
    throw badInput(`A number of tokens lies between 0 and ${maxTokens}.`);
}

/** For what is not negative. */
const divideUp = (numerator: bigint, denominator: bigint): bigint =>
  (numerator + denominator - 1n) / denominator;
