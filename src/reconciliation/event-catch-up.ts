import { type Clock, daysBefore } from '../platform/clock.js';
import type { VerifiedEvent } from '../webhooks/verified-event.js';
import type { WebhookService } from '../webhooks/webhook.service.js';
import {
  eventLifetimeDays,
  eventOverlapMs,
  eventSettlingMs,
  maxEventsPerRun,
  maxEventsPerWindow,
} from './limits.js';
import type { ReconciliationGateway, Span } from './reconciliation-gateway.js';
import type { Findings } from './report.js';
import type { Reports } from './reports.js';

/** Stripe dates events to the second. */
const shortestWindowMs = 1_000;
const eventsStoredAtOnce = 100;

export interface EventBounds {
  readonly perWindow: number;
  readonly perRun: number;
}

const defaultBounds: EventBounds = { perWindow: maxEventsPerWindow, perRun: maxEventsPerRun };

/**
 * Reads Stripe's events since the cursor, and puts those into the inbox that never arrived, with their jobs. Stripe
 * lists the newest first, so the time is read in windows, the oldest first, none of which has more events than fit
 * into memory; once its events are stored, the cursor moves to the newest of them. Not to the window's end: that is our
 * clock's word, and a clock that ran ahead would have later events passed over.
 */
export class EventCatchUp {
  constructor(
    private readonly gateway: ReconciliationGateway,
    private readonly webhooks: WebhookService,
    private readonly reports: Reports,
    private readonly types: readonly string[],
    private readonly clock: Clock,
    private readonly bounds: EventBounds = defaultBounds,
  ) {}

  /** @param checkpoint is called between windows; where it throws, the run ends there */
  async run(findings: Findings, checkpoint: () => void): Promise<void> {
    const until = wholeSecond(this.clock.now().getTime() - eventSettlingMs);
    const readUntil = await this.reports.eventsReadUntil();
    let from = this.#beginning(readUntil);
    let readBeyond = 0;
    let widthMs = until.getTime() - from.getTime();
    while (from < until) {
      checkpoint();
      if (readBeyond >= this.bounds.perRun) {
        findings.isCutShort = true;
        return;
      }
      const end = Math.min(from.getTime() + widthMs, until.getTime());
      const span = { from, until: new Date(end) };
      const { events, oldestLeft } = await this.#read(span);
      if (oldestLeft) {
        // So many events lie between the oldest one that was read and the window's end: begin with about as much.
        const fitting = Math.min(widthMs / 2, end - oldestLeft.getTime());
        widthMs = Math.max(shortestWindowMs, Math.floor(fitting / 1_000) * 1_000);
        continue;
      }
      findings.eventsRead += events.length;
      // What is read again does not count: a run that reads only that would never get anywhere.
      if (!readUntil || span.until > readUntil) readBeyond += events.length;
      findings.eventsStored += await this.#store(events);
      const newest = events.at(-1);
      if (newest) await this.reports.moveEventCursor(newest.createdAt);
      from = span.until;
      // A burst narrows the windows; the quiet after it widens them again.
      widthMs *= 2;
    }
  }

  #beginning(readUntil: Date | null): Date {
    const oldest = daysBefore(this.clock.now(), eventLifetimeDays);
    const from = readUntil ? new Date(readUntil.getTime() - eventOverlapMs) : oldest;
    return wholeSecond(Math.max(from.getTime(), oldest.getTime()));
  }

  /** A window's events, oldest first; where they are too many, also when the oldest was that did fit. */
  async #read(span: Span): Promise<{ events: VerifiedEvent[]; oldestLeft: Date | null }> {
    const isShortest = span.until.getTime() - span.from.getTime() <= shortestWindowMs;
    const limit = isShortest ? maxEventsPerRun : this.bounds.perWindow;
    const events: VerifiedEvent[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.gateway.listEvents(this.types, span, cursor);
      events.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && events.length < limit);
    if (cursor !== null && isShortest)
      throw new Error(`Stripe lists more than ${maxEventsPerRun} events of one second.`);
    return { events: events.reverse(), oldestLeft: cursor === null ? null : (events[0]?.createdAt ?? null) };
  }

  /** Returns how many were not there. */
  async #store(events: readonly VerifiedEvent[]): Promise<number> {
    let stored = 0;
    for (let i = 0; i < events.length; i += eventsStoredAtOnce) {
      const batch = events.slice(i, i + eventsStoredAtOnce);
      const receipts = await Promise.all(batch.map((event) => this.webhooks.receive(event)));
      stored += receipts.filter((receipt) => receipt !== 'DUPLICATE').length;
    }
    return stored;
  }
}

const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1_000) * 1_000);
