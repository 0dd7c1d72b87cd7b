import { commandLine } from '../../platform/actor.js';
import type { InboxEvent } from '../../webhooks/inbox.store.js';
import { type WebhookEventStatus, webhookEventStatuses } from '../../webhooks/webhook-event.entity.js';
import type { Command } from '../command.js';
import { limitOf, listOptions } from '../list-options.js';
import { instant, table } from '../table.js';
import { UsageError } from '../usage-error.js';

const toJson = ({ payload: _, ...event }: InboxEvent) => event;

export const webhooksList: Command = {
  path: 'webhooks list',
  summary: "Lists Stripe's events, newest first, with what became of each.",
  positionals: [],
  options: {
    status: {
      type: 'string',
      value: 'STATUS',
      help: `Only those of it: ${webhookEventStatuses.join(', ')}.`,
    },
    type: { type: 'string', value: 'TYPE', help: 'Only those of it, e.g. payment_intent.succeeded.' },
    intent: { type: 'string', value: 'ID', help: 'Only those about this payment intent.' },
    ...listOptions,
  },
  async run(args, { inbox }) {
    const limit = limitOf(args);
    const status = args.text('status');
    const after = args.text('after');
    const last = after === undefined ? null : await inbox.get(after);
    const { events, givenUpAt } = await inbox.list({
      status: status === undefined ? null : parseStatus(status),
      type: args.text('type') ?? null,
      paymentIntentId: args.text('intent') ?? null,
      before: last && { at: last.receivedAt, id: last.id },
      limit: limit + 1,
    });
    const rows = events.slice(0, limit);
    const goOnAfter = events.length > limit ? rows.at(-1)?.id : givenUpAt?.id;
    return {
      text: table(
        ['ID', 'TYPE', 'STATUS', 'ATTEMPTS', 'RECEIVED', 'NEXT ATTEMPT', 'OUTCOME'],
        rows.map((event) => [
          event.id,
          event.type,
          event.status,
          String(event.attempts),
          instant(event.receivedAt),
          instant(event.nextAttemptAt),
          event.outcome ?? '-',
        ]),
      ),
      json: rows.map(toJson),
      note: goOnAfter && `There may be more: go on with --after ${goOnAfter}`,
    };
  },
};

export const webhooksReplay: Command = {
  path: 'webhooks replay',
  summary: 'Has a running server process an event again at once, whatever became of it.',
  positionals: ['ID'],
  options: {},
  async run(args, { inbox }) {
    const event = await inbox.replay(args.positional(0), commandLine);
    return { text: `${event.id} (${event.type}) will be processed again.`, json: toJson(event) };
  },
};

function parseStatus(text: string): WebhookEventStatus {
  const status = webhookEventStatuses.find((known) => known === text.toUpperCase());
  if (!status) throw new UsageError(`--status is one of ${webhookEventStatuses.join(', ')}.`);
  return status;
}
