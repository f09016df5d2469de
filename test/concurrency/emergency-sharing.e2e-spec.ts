import { EmergencySharing } from '../../src/modules/users/emergency-sharing';
import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { found } from '../support/organizations';
import { startTwoNodes } from '../support/race';

describe('Sharing emergencies with one organization, and not any more with another, at the same time', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => close());

  const share = (person: TestActor, id: string, shareEmergencies: boolean) =>
    person.patch(`/organizations/${id}/members/me`, { shareEmergencies });

  /** Each of the two has read before either of them writes to the account; whoever runs again does not wait. */
  function readBoth(): void {
    let arrived = 0;
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const one of [server, node]) {
      const sharing = one.get(EmergencySharing);
      const set = sharing.set.bind(sharing);
      jest.spyOn(sharing, 'set').mockImplementationOnce(async (...args) => {
        arrived += 1;
        if (arrived === 2) release();
        await both;
        await set(...args);
      });
    }
  }

  it('leaves the account one of somebody who shares', async () => {
    const person = await register(server);
    const [one, other] = [await found(person), await found(person)];
    must(await share(person, other.id, true));
    readBoth();
    const answers = await Promise.all([
      share(person, one.id, true),
      share(person.on(node), other.id, false),
    ]);
    answers.forEach(must);
    const user = await server.connection.collection('users').findOne({ _id: person.objectId });
    expect(user?.sharesEmergencies).toBe(true);
  });
});
