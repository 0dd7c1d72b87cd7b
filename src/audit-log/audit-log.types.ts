import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../graphql/connections/page-info.type.js';
import { enumOf } from '../graphql/enum.js';
import { GraphQLJSONObject } from '../graphql/scalars/scalars.js';
import { type ActorKind, actorKinds } from '../platform/actor.js';
import type { Role } from '../platform/caller.js';
import {
  type AuditAction,
  type AuditTarget,
  auditActionNames,
  auditActions,
  auditTargets,
} from './actions.js';
import type { AuditPosition, StoredAuditEntry } from './audit-log.store.js';

export const AuditActionEnum = enumOf(auditActionNames);
registerEnumType(AuditActionEnum, {
  name: 'AuditAction',
  description: 'What the audit log records.',
  valuesConfig: auditActions,
});

export const AuditTargetEnum = enumOf(auditTargets);
registerEnumType(AuditTargetEnum, {
  name: 'AuditTarget',
  description: 'What something was done to.',
  valuesConfig: {
    ACCOUNT: { description: 'An account, by its id.' },
    API_KEY: { description: 'An API key, by its id.' },
    CREDIT_LOT: { description: 'Credits that were given at once, by the id of their lot.' },
    PAYMENT: { description: 'A payment, by our id of it.' },
    REFUND: { description: 'A refund, by our id of it.' },
    DISPUTE: { description: 'A dispute, by our id of it.' },
    RATE: { description: 'A version of what a model costs, as "provider/model/version".' },
    WEBHOOK_EVENT: { description: "An event of Stripe, by Stripe's id of it." },
  },
});

export const ActorKindEnum = enumOf(actorKinds);
registerEnumType(ActorKindEnum, {
  name: 'ActorKind',
  description: 'What kind of actor did something.',
  valuesConfig: {
    API_KEY: { description: 'Whoever sent a request with an API key.' },
    STRIPE: { description: 'Stripe: it reported that something had happened there.' },
    JOB: { description: 'A job of this service.' },
    CLI: { description: 'An operator, on the command line.' },
  },
});

@ObjectType({ description: 'Who did something.' })
export class AuditActor {
  @Field(() => ActorKindEnum, { description: 'What kind of actor it was.' })
  readonly kind!: ActorKind;

  @Field(() => ID, { nullable: true, description: 'The API key, for those who used one.' })
  readonly keyId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What that key might do then: CUSTOMER, SERVICE or ADMIN.',
  })
  readonly role!: Role | null;
}

@ObjectType('AuditLogEntry', {
  description: 'Something that was done, by whom, to what, and why. It cannot be changed.',
})
export class AuditLogEntryType {
  @Field(() => ID, { description: 'Names the entry.' })
  readonly id: string;

  @Field(() => AuditActionEnum, { description: 'What was done.' })
  readonly action: AuditAction;

  @Field(() => AuditActor, { description: 'Who did it.' })
  readonly actor: AuditActor;

  @Field(() => ID, { nullable: true, description: 'The account concerned; null where none is.' })
  readonly accountId: string | null;

  @Field(() => AuditTargetEnum, { description: 'What kind of thing it was done to.' })
  readonly targetType: AuditTarget;

  @Field(() => ID, { description: 'Which one.' })
  readonly targetId: string;

  @Field(() => String, { nullable: true, description: 'Why, in the words of whoever did it.' })
  readonly note: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The request's id, as in its X-Request-Id header and in the log; null where there was no request.",
  })
  readonly requestId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'SHA-256, in hex, of the idempotency key that the request came with; null where it had none.',
  })
  readonly idempotencyKeyHash: string | null;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'What changed, as it was before.' })
  readonly before: Readonly<Record<string, unknown>> | null;

  @Field(() => GraphQLJSONObject, { nullable: true, description: 'What changed, as it is since.' })
  readonly after: Readonly<Record<string, unknown>> | null;

  @Field(() => Boolean, {
    description: 'Whether personal data was erased from this entry: its note, and names or addresses.',
  })
  readonly erased: boolean;

  @Field(() => Date, { description: 'When it was done.' })
  readonly createdAt: Date;

  /** Where it lies in the log. */
  readonly position: AuditPosition;

  constructor(entry: StoredAuditEntry) {
    this.id = entry.id;
    this.action = entry.action;
    this.actor = { kind: entry.actorKind, keyId: entry.actorKeyId, role: entry.actorRole };
    this.accountId = entry.accountId;
    this.targetType = entry.targetType;
    this.targetId = entry.targetId;
    this.note = entry.note;
    this.requestId = entry.requestId;
    this.idempotencyKeyHash = entry.idempotencyKeyHash;
    this.before = entry.before;
    this.after = entry.after;
    this.erased = entry.erased;
    this.createdAt = entry.createdAt;
    this.position = { at: entry.createdAt, seq: entry.seq };
  }
}

@ObjectType({ description: 'An entry of the audit log in a page of them.' })
export class AuditLogEdge {
  @Field(() => String, { description: 'Where the entry lies in the list, to pass as `after`.' })
  readonly cursor!: string;

  @Field(() => AuditLogEntryType, { description: 'The entry.' })
  readonly node!: AuditLogEntryType;
}

@ObjectType({ description: 'A page of the audit log, newest first.' })
export class AuditLogConnection {
  @Field(() => [AuditLogEdge], { description: 'The entries with their cursors.' })
  readonly edges!: readonly AuditLogEdge[];

  @Field(() => [AuditLogEntryType], { description: 'The entries alone.' })
  readonly nodes!: readonly AuditLogEntryType[];

  @Field(() => PageInfo, { description: 'Whether there are more, and where to go on.' })
  readonly pageInfo!: PageInfo;
}
