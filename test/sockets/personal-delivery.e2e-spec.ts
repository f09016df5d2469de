import { Logger } from '@nestjs/common';
import { PersonalDelivery } from '../../src/modules/sockets/personal-delivery';
import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness } from '../support/businesses';
import { closeSockets, TestSocket } from '../support/sockets';

describe('An event that is told to several people', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);
  afterAll(() => server.close());

  it('reaches the others where it cannot be shown to one, and the next one reaches all', async () => {
    const [owner, manager] = [await register(server), await register(server)];
    const { id } = await openBusiness(owner);
    must(await owner.put(`/businesses/${id}/managers/${manager.id}`));
    const failure = new Error('It cannot be shown.');
    let failing = true;
    server.get(PersonalDelivery).register('business', async (_, viewer) => {
      if (failing && viewer.equals(owner.id)) throw failure;
      return {};
    });
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const [owners, managers] = [await TestSocket.connect(owner), await TestSocket.connect(manager)];

    must(await owner.patch(`/businesses/${id}`, { description: 'Cakes' }));
    expect((await managers.event('business.updated')).subjectId).toBe(id);
    expect(logged).toHaveBeenCalledWith(failure);

    failing = false;
    must(await manager.delete(`/businesses/${id}/managers/${manager.id}`));
    await owners.event('business.manager_removed');
    expect(owners.of('business.updated')).toEqual([]);
    logged.mockRestore();
  });
});
