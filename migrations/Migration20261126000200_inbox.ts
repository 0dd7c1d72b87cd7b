import { Migration } from '@mikro-orm/migrations';

/** What an event is about and how its processing goes, for people who look for it; and indexes by which they find it. */
export class Migration20261126000200_inbox extends Migration {
  override up(): void {
    this.addSql(`
      alter table webhook_events
        add column object_id text null,
        add column payment_intent_id text null,
        add column last_error text null,
        add column last_attempt_at timestamptz null,
        add column next_attempt_at timestamptz null`);
    // As long as src/webhooks/webhook.store.ts lets ids be: a longer one would not fit an index.
    this.addSql(`
      update webhook_events e set object_id = left(about.id, 255), payment_intent_id = left(about.payment_intent_id, 255)
      from (
        select id as event_id, payload #>> '{data,object,id}' as id,
          case
            when payload #>> '{data,object,object}' = 'payment_intent' then payload #>> '{data,object,id}'
            when jsonb_typeof(payload #> '{data,object,payment_intent}') = 'object'
              then payload #>> '{data,object,payment_intent,id}'
            else payload #>> '{data,object,payment_intent}'
          end as payment_intent_id
        from webhook_events) about
      where about.event_id = e.id`);
    this.addSql('drop index webhook_events_received_at_index');
    this.addSql('create index webhook_events_received on webhook_events (received_at, id)');
    this.addSql(`
      create index webhook_events_open on webhook_events (status, received_at, id)
      where status in ('RECEIVED', 'FAILED')`);
    this.addSql('create index webhook_events_object on webhook_events (object_id, received_at, id)');
    this.addSql(
      'create index webhook_events_payment_intent on webhook_events (payment_intent_id, received_at, id)',
    );
  }
}
