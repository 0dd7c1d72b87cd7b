import type { Log } from '../platform/log.js';

/** SIGHUP comes when the terminal is closed. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * A signal this soon after the first one is the same wish: on Ctrl-C the terminal sends one to every process of
 * `npm start`, and npm passes its own on as well.
 */
const sameWishMs = 1_000;
/** Exit code after a second wish to stop; 128 + SIGINT, as shells report it. */
const forcedExitCode = 130;

/** The wish that this process stops, from outside (a signal) or from inside (a failure nothing can go on after). */
export class StopRequest {
  readonly #aborter = new AbortController();
  #exitCode = 0;
  #firstSignalAt: number | null = null;

  constructor(private readonly log: Log) {
    for (const signal of stopSignals) process.on(signal, () => this.#onSignal(signal));
    process.on('uncaughtException', (error) => this.fail(error, 'unexpected failure; stopping'));
  }

  /** 0 when nothing failed. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** Resolves when this process shall stop. */
  get made(): Promise<void> {
    const { signal } = this.#aborter;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  get isMade(): boolean {
    return this.#aborter.signal.aborted;
  }

  fail(error: unknown, message: string): void {
    this.log.fatal({ err: error }, message);
    this.#exitCode = 1;
    this.#aborter.abort();
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#firstSignalAt === null) {
      this.#firstSignalAt = performance.now();
      this.log.info({ signal }, 'stopping');
      this.#aborter.abort();
    } else if (performance.now() - this.#firstSignalAt > sameWishMs) {
      process.exit(forcedExitCode);
    }
  }
}
