import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { explainAll } from '../support/explain';
import { act, book, offer, times } from '../support/skills';

/** The lists say it of themselves: `test/api/lists/skills.lists.ts`. */
describe('What changes bookings', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
  });
  afterAll(() => server.close());

  it('reads no collection from end to end: a request, an acceptance, a block, a removal', async () => {
    const [owner, client] = [await register(server), await register(server)];
    const { id: skill } = await offer(owner);
    const reads = await explainAll(server, async () => {
      const { id } = must(await book(client, skill, times(server, 72))).data;
      must(await act(owner, id, 'accept'));
      must(await client.put(`/users/me/blocks/${owner.id}`));
      must(await owner.delete(`/skills/${skill}`));
    });
    expect(reads).toBeGreaterThan(0);
  });
});
