import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { instantCursors } from '../graphql/connections/instant-cursor.js';
import { checkedPageSize, pageOf } from '../graphql/connections/page.js';
import { After, First } from '../graphql/connections/page-args.js';
import { actorOf, type BillingContext } from '../graphql/context.js';
import { InboxService } from './inbox.service.js';
import { ReplayWebhookEventInput, WebhookEventFilter } from './webhook-event.inputs.js';
import {
  ReplayWebhookEventPayload,
  WebhookEventConnection,
  WebhookEventType,
} from './webhook-event.types.js';

const cursors = instantCursors('webhookEvents', 1, /^evt_\w{1,250}$/);

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
    @First('events') first: number,
    @After() after?: string | null,
    @Arg('filter', () => WebhookEventFilter, {
      nullable: true,
      description: 'Which events; left out: all.',
    })
    filter?: WebhookEventFilter | null,
  ): Promise<WebhookEventConnection> {
    const limit = checkedPageSize(first) + 1;
    const before = after == null ? null : cursors.decode(after);
    const { events, givenUpAt } = await this.inbox.list({ ...filter, before, limit });
    const found = events.map((event) => new WebhookEventType(event));
    return pageOf<WebhookEventType>({
      found,
      first,
      after,
      givenUpAt: givenUpAt && cursors.encode(givenUpAt),
      cursorOf: ({ receivedAt, id }) => cursors.encode({ at: receivedAt, id }),
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
