import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import type { OrganizationView } from '../../src/modules/organizations/dto/organization.view';
import type { Page } from '../../src/common/http/pagination';
import { found, joined, outcome } from '../support/organizations';

/** Two decimals of a degree of latitude are 1.1 km. */
const at = (latitude: number) => ({ location: { latitude, longitude: 10.5 } });
const NEAR = 'latitude=50&longitude=10.5';

let server: TestApp;
let founder: TestActor;
let stranger: TestActor;

beforeAll(async () => {
  server = await startTestApp();
  founder = await register(server);
  stranger = await register(server);
  const houses = [
    { name: 'Far college', type: 'college', ...at(50.2) },
    { name: 'Near house', type: 'apartment', ...at(50.01) },
    { name: 'Middle house', type: 'apartment', description: 'With a garden.', ...at(50.05) },
    { name: 'Garden club', type: 'other' },
  ];
  for (const house of houses) await found(founder, house);
  const { id } = await found(founder, { name: 'Removed house', ...at(50) });
  must(await founder.delete(`/organizations/${id}`));
});
afterAll(() => server.close());

const list = (query: string, actor = stranger) =>
  actor.get<Page<OrganizationView>>(`/organizations?${query}`);
const names = async (query: string, actor = stranger): Promise<string[]> =>
  must(await list(query, actor)).data.items.map(({ name }) => name);

describe('Organizations are found', () => {
  it('the newest first, without those that were removed', async () => {
    expect(await names('')).toEqual(['Garden club', 'Middle house', 'Near house', 'Far college']);
  });

  it('by words of the name, and of the description', async () => {
    expect(await names('q=house')).toEqual(['Middle house', 'Near house']);
    expect(await names('q=garden')).toEqual(['Garden club', 'Middle house']);
    expect(await names('q=cellar')).toEqual([]);
    expect(await names(`q=${encodeURIComponent('"near house" -college')}`)).toEqual(['Near house']);
  });

  it('by words, the best match first unless another order is asked for', async () => {
    const where = `${NEAR}&radiusMeters=50000`;
    expect(await names('q=house garden')).toEqual(['Middle house', 'Garden club', 'Near house']);
    expect(await names('q=house garden&sort=newest')).toEqual([
      'Garden club',
      'Middle house',
      'Near house',
    ]);
    expect(await names(`q=house garden&${where}`)).toEqual(['Middle house', 'Near house']);
    expect(await names(`q=house garden&${where}&sort=distance`)).toEqual([
      'Near house',
      'Middle house',
    ]);
  });

  it('by kind', async () => {
    expect(await names('type=college')).toEqual(['Far college']);
  });

  it('around a place, the nearest first, with how far it is', async () => {
    const { items } = must(await list(`${NEAR}&radiusMeters=10000`)).data;
    expect(items.map(({ name, distanceMeters }) => [name, distanceMeters])).toEqual([
      // Their place is public: to the metre.
      ['Near house', 1113],
      ['Middle house', 5566],
    ]);
    expect(await names(`${NEAR}&radiusMeters=50000&sort=newest`)).toEqual([
      'Middle house',
      'Near house',
      'Far college',
    ]);
  });

  it('by words, kind and place together', async () => {
    expect(await names(`${NEAR}&radiusMeters=50000&q=garden&type=apartment`)).toEqual([
      'Middle house',
    ]);
  });

  it('page by page, each once, while others are founded', async () => {
    for (const query of ['sort=newest', 'q=garden', `${NEAR}&radiusMeters=50000&sort=distance`]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const more: string = cursor === null ? '' : `&cursor=${cursor}`;
        const page: Page<OrganizationView> = must(await list(`${query}&limit=1${more}`)).data;
        seen.push(...page.items.map(({ name }) => name));
        ({ nextCursor: cursor } = page);
        const late = await found(stranger, { name: 'Late', ...at(50.001) });
        must(await stranger.delete(`/organizations/${late.id}`));
      } while (cursor !== null);
      expect(seen).toEqual(await names(query));
    }
  });

  it('by those who belong to them, with what they are in each', async () => {
    const house = await found(founder, { name: 'Shared', type: 'ngo' });
    const member = await joined(server, house.id);
    const { items } = must(await list('mine=true', member)).data;
    expect(items).toMatchObject([
      { name: 'Shared', membership: { role: 'member' }, inside: { memberCount: 2 } },
    ]);
    expect(await names('mine=false', founder)).toEqual([]);
    expect(must(await list('type=ngo')).data.items).toMatchObject([
      { membership: null, inside: null },
    ]);
  });

  it('an order that lacks what it needs is refused, and the refusal says what', async () => {
    for (const [query, needed] of [
      ['sort=distance', 'sort=distance needs latitude and longitude'],
      ['sort=relevance', 'sort=relevance needs q'],
    ]) {
      const { error } = await list(query ?? '');
      expect(error?.details).toMatchObject([{ field: 'sort', messages: [needed] }]);
    }
  });

  it.each([
    ['a distance from nowhere', 'sort=distance', '400 VALIDATION_FAILED'],
    ['half a place', 'latitude=50', '400 VALIDATION_FAILED'],
    ['a radius around nothing', 'radiusMeters=500', '400 VALIDATION_FAILED'],
    ['a radius that is too wide', `${NEAR}&radiusMeters=50001`, '400 VALIDATION_FAILED'],
    ['an unknown kind', 'type=castle', '400 VALIDATION_FAILED'],
    ['an unknown sort', 'sort=name', '400 VALIDATION_FAILED'],
    ['an unknown field', 'owner=me', '400 VALIDATION_FAILED'],
    ['words that are none', 'q=', '400 VALIDATION_FAILED'],
    ['mine as a word', 'mine=yes', '400 VALIDATION_FAILED'],
    ['an operator', 'type[$ne]=other', '400 VALIDATION_FAILED'],
    [
      'a cursor of another order',
      'cursor=distance.WzEsIjY1NjFmMGE0YzJiNmExZDJlM2Y0MDUxNiJd',
      '400 INVALID_CURSOR',
    ],
    ['a broken cursor', 'cursor=x', '400 INVALID_CURSOR'],
  ])('%s is refused', async (_, query, refusal) => {
    expect(outcome(await list(query))).toBe(refusal);
  });
});

describe('An organization is refused', () => {
  const whole = { name: 'House', type: 'apartment', joinPolicy: 'open' };
  it.each([
    ['without a name', { ...whole, name: undefined }],
    ['with a name of spaces', { ...whole, name: '   ' }],
    ['with a name on two lines', { ...whole, name: 'House\n\nhttps://evil.example' }],
    ['with a name that is too long', { ...whole, name: 'x'.repeat(121) }],
    ['with an empty description', { ...whole, description: '' }],
    ['of an unknown kind', { ...whole, type: 'castle' }],
    ['with an unknown way in', { ...whole, joinPolicy: 'secret' }],
    ['with an owner of the client’s choosing', { ...whole, owner: '0'.repeat(24) }],
    ['with counts of the client’s choosing', { ...whole, memberCount: -100 }],
    ['off the Earth', { ...whole, location: { latitude: 91, longitude: 0 } }],
    ['with more than a place', { ...whole, location: { latitude: 1, longitude: 1, altitude: 3 } }],
    ['with a place as text', { ...whole, location: '52.5,13.4' }],
  ])('%s', async (_, body) => {
    expect(outcome(await stranger.post('/organizations', body))).toBe('400 VALIDATION_FAILED');
  });

  it.each([
    ['a role that there is not', 'PATCH', 'members/:userId', { role: 'owner' }],
    ['approval as text', 'PATCH', 'members/:userId', { approved: 'yes' }],
    ['null for a role', 'PATCH', 'members/:userId', { role: null }],
    ['an invitation without an address', 'POST', 'invitations', { role: 'member' }],
    ['an invitation to no address', 'POST', 'invitations', { email: 'kim' }],
    ['an invitation to an operator', 'POST', 'invitations', { email: { $ne: '' } }],
    ['a message that is too long', 'POST', 'join', { message: 'x'.repeat(501) }],
    ['a hand-over to no id', 'POST', 'owner', { userId: 'kim' }],
    ['a hand-over to nobody', 'POST', 'owner', {}],
  ])('a change with %s', async (_, method, path, body) => {
    const { id } = await found(founder);
    const where = `/organizations/${id}/${path.replace(':userId', founder.id)}`;
    const answer = method === 'PATCH' ? founder.patch(where, body) : founder.post(where, body);
    expect(outcome(await answer)).toBe('400 VALIDATION_FAILED');
  });

  it('whose id is none', async () => {
    expect(outcome(await stranger.get('/organizations/house'))).toBe('400 VALIDATION_FAILED');
    expect(outcome(await stranger.get(`/organizations/${'0'.repeat(24)}`))).toBe('404 NOT_FOUND');
    expect(outcome(await stranger.post('/organizations/invitations/accept', {}))).toBe(
      '400 VALIDATION_FAILED',
    );
  });
});
