import type { KeyKind } from './auth.js';
import type { ExpandableKind } from './expand.js';
import type { FormNode } from './form.js';
import { type Params, readParams, type Shape } from './params.js';

/** What a handler knows about its request besides the parameters. */
export interface Call {
  /** The ids in the path, in order; '' when the path has fewer. */
  id: string;
  subId: string;
  keyKind: KeyKind;
  /** The `Stripe-Version` asked for; '' when none was. */
  version: string;
}

/** A request whose parameters are in order. Running it is where its execution begins. */
export type Prepared = () => object;

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  segments: string[];
  /** What it answers with, for `expand[]`. */
  returns: ExpandableKind | 'none';
  /** Whether Stripe.js may call it with a publishable key. */
  publishable: boolean;
  prepare(form: FormNode, call: Call): Prepared;
}

/** Declares an endpoint of Stripe's API; `:` marks an id in the path. */
export function route<S extends Shape>(
  method: Route['method'],
  path: string,
  definition: {
    returns: Route['returns'];
    params: S;
    publishable?: boolean;
    handle: (params: Params<S>, call: Call) => object;
  },
): Route {
  return {
    method,
    segments: path.split('/').slice(1),
    returns: definition.returns,
    publishable: definition.publishable ?? false,
    prepare(form, call) {
      const read = readParams(definition.params, form);
      return () => definition.handle(read, call);
    },
  };
}

export interface Match {
  route: Route;
  id: string;
  subId: string;
}

/** The route for a request; a route with words in the path wins over one with ids. */
export function findRoute(routes: Route[], method: string, path: string): Match | undefined {
  const segments = path.split('/').slice(1);
  const matches = routes
    .filter((route) => route.method === method && fits(route.segments, segments))
    .sort((left, right) => idCount(left) - idCount(right));
  const found = matches[0];
  if (!found) return undefined;
  const ids = segments.filter((_, index) => isId(found.segments[index]));
  return { route: found, id: ids[0] ?? '', subId: ids[1] ?? '' };
}

function fits(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (isId(part) ? segments[index] !== '' : part === segments[index]))
  );
}

function idCount(route: Route): number {
  return route.segments.filter(isId).length;
}

function isId(segment: string | undefined): boolean {
  return segment === ':';
}
