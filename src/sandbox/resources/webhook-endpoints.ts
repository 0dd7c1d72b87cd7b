import type Stripe from 'stripe';
import { invalidRequest } from '../http/errors.js';
import { page } from '../http/lists.js';
import {
  filledText,
  flag,
  mergeMetadata,
  metadata,
  pageParams,
  type Reader,
  required,
  requiredText,
  text,
  textList,
} from '../http/params.js';
import { type Route, route } from '../http/router.js';
import { apiVersion, type World } from '../world.js';
import { changed } from './fields.js';

const requiredEvents: Reader<string[]> = required(textList);

interface EndpointSpec {
  url: string;
  secret: string;
  enabledEvents: string[];
  description?: string | null;
  metadata?: Stripe.Metadata;
}

/** Adds an endpoint, or replaces the one with this id. */
export function putEndpoint(world: World, id: string, spec: EndpointSpec): Stripe.WebhookEndpoint {
  checkUrl(spec.url);
  return world.store.put('webhook_endpoint', {
    id,
    object: 'webhook_endpoint',
    api_version: apiVersion,
    application: null,
    created: world.store.get('webhook_endpoint', id)?.created ?? world.now(),
    description: spec.description ?? null,
    enabled_events: spec.enabledEvents,
    livemode: false,
    metadata: spec.metadata ?? {},
    secret: spec.secret,
    status: 'enabled',
    url: spec.url,
  });
}

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw invalidRequest('Invalid URL: An explicit scheme (such as https) must be provided.', {
    code: 'url_invalid',
    param: 'url',
  });
}

/** The secret is shown once, when the endpoint is created. */
export function withoutSecret(endpoint: Stripe.WebhookEndpoint): Stripe.WebhookEndpoint {
  const { secret: _, ...shown } = endpoint;
  return shown;
}

/** https://docs.stripe.com/api/webhook_endpoints */
export function webhookEndpointRoutes(world: World): Route[] {
  return [
    route('POST', '/v1/webhook_endpoints', {
      returns: 'webhook_endpoint',
      params: {
        url: requiredText,
        enabled_events: requiredEvents,
        description: text,
        metadata,
        api_version: text,
      },
      handle: (body) =>
        putEndpoint(world, world.id('we'), {
          url: body.url,
          secret: `whsec_${world.random.token(32)}`,
          enabledEvents: body.enabled_events,
          description: body.description || null,
          metadata: mergeMetadata({}, body.metadata),
        }),
    }),
    route('GET', '/v1/webhook_endpoints', {
      returns: 'list of webhook_endpoint',
      params: pageParams,
      handle: (query) => {
        const found = world.store.all('webhook_endpoint').map(withoutSecret);
        return page('/v1/webhook_endpoints', 'webhook endpoint', found, query);
      },
    }),
    route('GET', '/v1/webhook_endpoints/:', {
      returns: 'webhook_endpoint',
      params: {},
      handle: (_, { id }) => withoutSecret(world.find('webhook_endpoint', id)),
    }),
    route('POST', '/v1/webhook_endpoints/:', {
      returns: 'webhook_endpoint',
      params: { url: filledText, enabled_events: textList, description: text, metadata, disabled: flag },
      handle: (body, { id }) => {
        const endpoint = world.find('webhook_endpoint', id);
        if (body.url !== undefined) checkUrl(body.url);
        const disabled = body.disabled ?? endpoint.status === 'disabled';
        const updated = world.store.put('webhook_endpoint', {
          ...endpoint,
          url: body.url ?? endpoint.url,
          enabled_events: body.enabled_events ?? endpoint.enabled_events,
          description: changed(endpoint.description, body.description),
          metadata: mergeMetadata(endpoint.metadata, body.metadata),
          status: disabled ? 'disabled' : 'enabled',
        });
        return withoutSecret(updated);
      },
    }),
    route('DELETE', '/v1/webhook_endpoints/:', {
      returns: 'none',
      params: {},
      handle: (_, { id }) => {
        world.find('webhook_endpoint', id);
        world.store.drop('webhook_endpoint', id);
        const deleted: Stripe.DeletedWebhookEndpoint = { id, object: 'webhook_endpoint', deleted: true };
        return deleted;
      },
    }),
  ];
}
