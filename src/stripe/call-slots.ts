/** Gives its place to whoever waits longest; calling it again does nothing. */
export type FreeSlot = () => void;

interface Waiting {
  enter(slot: FreeSlot | null): void;
  readonly timer: NodeJS.Timeout;
}

export interface SlotLimits {
  readonly maxAtOnce: number;
  /** Beyond it nobody waits: they are turned away at once. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

/** Room for so many at once, and for so many who wait for so long. First come, first served. */
export class CallSlots {
  #taken = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly limits: SlotLimits) {}

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Null: there was no room in time. */
  take(): Promise<FreeSlot | null> {
    const { maxAtOnce, maxWaiting, maxWaitMs } = this.limits;
    if (this.#taken < maxAtOnce) {
      this.#taken += 1;
      return Promise.resolve(this.#slot());
    }
    if (this.#waiting.size >= maxWaiting) return Promise.resolve(null);
    return new Promise((enter) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        enter(null);
      }, maxWaitMs);
      const waiting: Waiting = { enter, timer };
      this.#waiting.add(waiting);
    });
  }

  #slot(): FreeSlot {
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#passOn();
    };
  }

  #passOn(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#taken -= 1;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.enter(this.#slot());
  }
}
