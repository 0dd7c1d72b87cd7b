import { Arg, Authorized, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { cursorCodec, cursorPatterns } from '../graphql/connections/cursor.js';
import { checkedPageSize, defaultPageSize, maxPageSize, pageOf } from '../graphql/connections/page.js';
import { actorOf, type BillingContext } from '../graphql/context.js';
import { InboxService } from './inbox.service.js';
import type { InboxPosition } from './inbox.store.js';
import { ReplayWebhookEventInput, WebhookEventFilter } from './webhook-event.inputs.js';
import {
  ReplayWebhookEventPayload,
  WebhookEventConnection,
  WebhookEventType,
} from './webhook-event.types.js';

const cursors = cursorCodec('webhookEvents', 1, {
  milliseconds: cursorPatterns.milliseconds,
  id: /^evt_\w{1,250}$/,
});
const cursorOf = ({ receivedAt, id }: InboxPosition) =>
  cursors.encode({ milliseconds: String(receivedAt.getTime()), id });

function positionOf(cursor: string): InboxPosition {
  const { milliseconds, id } = cursors.decode(cursor);
  return { receivedAt: new Date(Number(milliseconds)), id };
}

/** The inbox of Stripe's events, for those who look after it. */
@Resolver()
export class WebhookEventResolver {
  constructor(private readonly inbox: InboxService) {}

  @Authorized('ADMIN')
  @Query(() => WebhookEventType, {
    description: 'One event; NOT_FOUND if it never came, or is no longer kept. Admin keys only.',
  })
  async webhookEvent(
    @Arg('id', () => ID, { description: "Stripe's id of the event, `evt_…`." }) id: string,
  ): Promise<WebhookEventType> {
    return new WebhookEventType(await this.inbox.get(id));
  }

  @Authorized('ADMIN')
  @Query(() => WebhookEventConnection, {
    description:
      'The events that Stripe delivered, newest first. A search for what is rare may return pages that are not full: `hasNextPage` says whether to go on. Admin keys only.',
  })
  async webhookEvents(
    @Arg('first', () => Int, {
      defaultValue: defaultPageSize,
      description: `How many events at most, 1 to ${maxPageSize}.`,
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' })
    after?: string | null,
    @Arg('filter', () => WebhookEventFilter, {
      nullable: true,
      description: 'Which events; left out: all.',
    })
    filter?: WebhookEventFilter | null,
  ): Promise<WebhookEventConnection> {
    const limit = checkedPageSize(first) + 1;
    const before = after == null ? null : positionOf(after);
    const { events, givenUpAt } = await this.inbox.list({ ...filter, before, limit });
    const found = events.map((event) => new WebhookEventType(event));
    return pageOf<WebhookEventType>({
      found,
      first,
      after,
      givenUpAt: givenUpAt && cursorOf(givenUpAt),
      cursorOf,
    });
  }

  @Authorized('ADMIN')
  @Mutation(() => ReplayWebhookEventPayload, {
    description:
      'Processes an event again at once, whatever became of it. What it is about is fetched from Stripe, so repeating the call does no harm. NOT_FOUND if it never came, or is no longer kept. Admin keys only.',
  })
  async replayWebhookEvent(
    @Arg('input', () => ReplayWebhookEventInput, { description: 'The event.' })
    input: ReplayWebhookEventInput,
    @Ctx() context: BillingContext,
  ): Promise<ReplayWebhookEventPayload> {
    const event = await this.inbox.replay(input.id, actorOf(context));
    return { event: new WebhookEventType(event) };
  }
}
