import type { Random } from '../random.js';

/** Deals its cards in random order, each once before any comes again: so that a short run meets every kind too. */
export class Deck<Card> {
  readonly #left: Card[] = [];

  constructor(
    private readonly random: Random,
    private readonly cards: readonly Card[],
  ) {}

  deal(): Card {
    if (this.#left.length === 0) this.#left.push(...this.cards);
    const [card] = this.#left.splice(this.random.integer(0, this.#left.length - 1), 1);
    if (card === undefined) throw new Error('A deck without cards.');
    return card;
  }
}
