import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { mikroOrmConfig } from '../../src/mikro-orm.config.js';
import { createTestDatabase, emptyDatabase } from '../support/database.js';
import { intentObject } from './events.js';

it('finds out what the events are about that came before it', async () => {
  const database = await createTestDatabase(emptyDatabase);
  const orm = await MikroORM.init(mikroOrmConfig({ url: database.url, poolSize: 2 }));
  try {
    await orm.migrator.up({ to: 'Migration20261125000200_rate_cards' });
    const objects = [
      intentObject(),
      { id: 're_1', object: 'refund', payment_intent: 'pi_1' },
      { id: 're_2', object: 'refund', payment_intent: intentObject() },
      { id: 'po_1', object: 'payout', payment_intent: null },
      { object: 'balance' },
    ];
    await database.query(
      `insert into webhook_events (id, type, status, payload, attempts, created_at, received_at)
       select 'evt_' || n, 'a', 'RECEIVED', jsonb_build_object('data', jsonb_build_object('object', object)), 0, now(), now()
         from jsonb_array_elements($1::jsonb) with ordinality as objects (object, n)`,
      [JSON.stringify(objects)],
    );
    await orm.migrator.up();
    const events = await database.query<{ object_id: string | null; payment_intent_id: string | null }>(
      'select object_id, payment_intent_id from webhook_events order by id',
    );
    expect(events.map((event) => [event.object_id, event.payment_intent_id])).toEqual([
      ['pi_1', 'pi_1'],
      ['re_1', 'pi_1'],
      ['re_2', 'pi_1'],
      ['po_1', null],
      [null, null],
    ]);
  } finally {
    await orm.close();
    await database.drop();
  }
});
