import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness, promote } from '../support/businesses';
import { explainAll } from '../support/explain';

describe('What is done about one business', () => {
  let server: TestApp;
  let owner: TestActor;
  let customer: TestActor;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
    owner = await register(server);
    customer = await register(server);
  });

  afterAll(() => server.close());

  it('reads by an index: looking, reporting a promotion, and its people’s accounts', async () => {
    const { id } = await openBusiness(owner);
    const promotion = await promote(server, owner, id);
    const leaving = await register(server);
    const reads = await explainAll(server, async () => {
      await owner.get(`/businesses/${id}`);
      await owner.put(`/businesses/${id}/managers/${leaving.id}`);
      const subject = { kind: 'promotion', id: promotion.id };
      expect((await customer.post('/reports', { subject, reason: 'fraud' })).status).toBe(201);
      await customer.put(`/users/me/blocks/${leaving.id}`);
      await leaving.delete('/users/me', { password: leaving.password });
    });
    expect(reads).toBeGreaterThan(3);
  });
});
