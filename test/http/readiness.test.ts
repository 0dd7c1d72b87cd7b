import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BreakableService } from '../simulation/crashes/breakable-service.js';

let service: BreakableService;
beforeAll(async () => {
  service = await BreakableService.start();
});
afterAll(() => service.close());

const readiness = async () => {
  const response = await fetch(`${service.url}/readyz`);
  return [response.status, JSON.parse(await response.text())];
};
const ready = [200, { status: 'ready' }];

describe('the service is not ready', () => {
  it('while its database is gone', async () => {
    expect(await readiness()).toEqual(ready);
    service.network.cut();
    expect(await readiness()).toEqual([503, { status: 'not ready', failing: ['database'] }]);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    service.network.restore();
    expect(await readiness()).toEqual(ready);
  });

  it('while a migration of this version has not run', async () => {
    const [newest] = await service.query(
      'delete from mikro_orm_migrations where id = (select max(id) from mikro_orm_migrations) returning *',
    );
    expect(await readiness()).toEqual([503, { status: 'not ready', failing: ['migrations'] }]);
    await service.query('insert into mikro_orm_migrations (id, name, executed_at) values ($1, $2, $3)', [
      newest?.id,
      newest?.name,
      newest?.executed_at,
    ]);
    expect(await readiness()).toEqual(ready);
  });
});
