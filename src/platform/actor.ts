import type { Caller, Role } from './caller.js';

/** The kinds of actors without an API key: what Stripe reports, the jobs of this project, and its command line. */
export const systemActors = ['STRIPE', 'JOB', 'CLI'] as const;
export const actorKinds = ['API_KEY', ...systemActors] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Who does something, as the audit log names it. */
export type Actor =
  | {
      readonly kind: 'API_KEY';
      readonly keyId: string;
      readonly role: Role;
      /** Of the HTTP request, as in its answer's X-Request-Id and in the log. */
      readonly requestId: string;
    }
  | { readonly kind: (typeof systemActors)[number] };

export const actorFor = ({ keyId, role }: Caller, requestId: string): Actor => ({
  kind: 'API_KEY',
  keyId,
  role,
  requestId,
});

/** Nobody here decided it: Stripe says that it happened. */
export const stripe: Actor = { kind: 'STRIPE' };
export const commandLine: Actor = { kind: 'CLI' };
