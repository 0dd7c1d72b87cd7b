import type { PartsPerMillion, PicoCredits } from './decimal.js';

/** A model as the gateway names it. */
export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** What tokens cost. */
export interface RateTerms {
  /** Per 1,000 tokens that the model is given. */
  readonly inputPrice: PicoCredits;
  /** Per 1,000 tokens that the model makes. */
  readonly outputPrice: PicoCredits;
  /** What is added to both. */
  readonly markup: PartsPerMillion;
}

/** The terms of one version of a model's rate. */
export interface Rate extends ModelName, RateTerms {
  /** 1, 2, 3 … in the order they were set, per model. */
  readonly version: number;
  /** The first instant at which it may be in force. */
  readonly effectiveFrom: Date;
}

/** One edit of the rate card. Never changed: the next edit is the next version. */
export interface RateVersion extends ModelName {
  readonly version: number;
  readonly effectiveFrom: Date;
  /** Null: the model is retired, it has no rate. */
  readonly terms: RateTerms | null;
  readonly note: string | null;
  /** The API key it was set with. */
  readonly setBy: string;
  readonly createdAt: Date;
}

/** Names a version, e.g. "openai/gpt-4o/3". Providers have no slash in their names. */
export const rateId = ({ provider, model, version }: ModelName & { readonly version: number }): string =>
  `${provider}/${model}/${version}`;

/** What a version says a model costs; null where it retires it. */
export const rateOf = ({ provider, model, version, effectiveFrom, terms }: RateVersion): Rate | null =>
  terms && { provider, model, version, effectiveFrom, ...terms };
