import { must, type TestActor } from '../support/actors';
import { found, join } from '../support/organizations';
import type { Cast } from './cast';
import type { AccessRequests } from './requests';

type Params = Record<string, string>;

/** Two organizations of each requester, as nobody may belong to many: one that nobody else joins, and one of plain members. */
function organizationOf(): (cast: Cast) => Promise<Params> {
  const kept = new WeakMap<TestActor, Promise<Params>>();
  return ({ people: { requester } }) => {
    const own = kept.get(requester) ?? found(requester).then(({ id }) => ({ id }));
    kept.set(requester, own);
    return own;
  };
}

const founded = organizationOf();
const shared = organizationOf();

/** With whoever acts as a member who is neither moderator nor admin; a suspended person cannot join. */
async function joinedBy(cast: Cast, self: TestActor): Promise<Params> {
  const { requester, suspended } = cast.people;
  const params = await shared(cast);
  if (self !== requester && self !== suspended) must(await join(self, params.id ?? ''));
  return params;
}

const ROUTE = '/api/v1/organizations/:id';
const settings = () => ({ alert: 'members', radiusMeters: 2000 });
const agreed = () => ({ shareEmergencies: true });

export const requests: AccessRequests = {
  [`PATCH ${ROUTE}/emergency-settings`]: { params: founded, body: settings },
  [`PATCH ${ROUTE}/emergency-settings (plain members)`]: { params: joinedBy, body: settings },
  [`PATCH ${ROUTE}/members/me`]: { params: founded, body: agreed },
  [`PATCH ${ROUTE}/members/me (plain members)`]: { params: joinedBy, body: agreed },
  [`GET ${ROUTE}/emergencies`]: { params: founded },
  [`GET ${ROUTE}/emergencies (plain members)`]: { params: joinedBy },
};
