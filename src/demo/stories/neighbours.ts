import { must } from '../client/api-client';
import type { Page } from '../client/contract';
import type { Person } from '../client/person';
import { kilometres } from '../output/journal';
import type { Stage } from './stage';

/** Fewer than there are, so that each list has several pages. */
const PAGE = 15;

interface Listed {
  id: string;
  distanceMeters: number | null;
}

interface HelpRequest extends Listed {
  title: string;
  status: string;
  location: { precision: 'exact' | 'coarse' };
}

/** No SOS: what neighbours ask of one another and offer. */
export async function playNeighbours(stage: Stage): Promise<null> {
  await everythingIsFound(stage);
  await somebodyHelps(stage);
  return null;
}

/** Whoever looks around from the centre finds all that was put into the city, each thing once, the nearest first. */
async function everythingIsFound({ cast, checks, city, journal, settled }: Stage): Promise<void> {
  const { mira } = cast;
  const around = `latitude=${city.centre.latitude}&longitude=${city.centre.longitude}`;
  const lists: [what: string, path: string, expected: string[]][] = [
    ['help requests', `/help-requests?sort=distance&${around}`, settled.helpRequests],
    ['skills', `/skills?sort=distance&${around}`, settled.skills],
    ['businesses', `/businesses?${around}`, settled.businesses],
    ['businesses with a promotion', `/businesses?withPromotions=true&${around}`, settled.promoting],
    ['organizations', `/organizations?${around}`, settled.organizations],
  ];
  for (const [what, path, expected] of lists) {
    const found = await everyPage(mira, path);
    const distances = found.map(({ distanceMeters }) => distanceMeters ?? Infinity);
    checks.same(
      { ids: found.map(({ id }) => id).sort(), sorted: isAscending(distances) },
      { ids: [...expected].sort(), sorted: true },
      `The list of ${what} has each of the ${expected.length} once, the nearest first`,
    );
    journal.tell(
      `${mira.name} finds ${found.length} ${what}, the nearest about ${kilometres(distances[0] ?? 0)} away`,
    );
  }
}

async function everyPage(person: Person, path: string): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<Listed> = must(await person.get(`${path}&limit=${PAGE}${after}`));
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** Asked, offered, chosen, done, rated. */
async function somebodyHelps({ cast, checks, city, journal }: Stage): Promise<void> {
  const { ana, deniz, mira, noor } = cast;
  const sofa = must(
    await mira.post<HelpRequest>('/help-requests', {
      title: 'Carry a wardrobe down four floors',
      description: 'It comes apart in three. Cake afterwards.',
      category: 'moving',
      location: city.centre,
    }),
  );
  const request = `/help-requests/${sofa.id}`;
  journal.tell(`${mira.name} asks: ${sofa.title}`);
  const offer = async (from: Person, message: string): Promise<string> =>
    must(await from.post<{ id: string }>(`${request}/offers`, { message })).id;
  const [denizs, anas] = [
    await offer(deniz, 'I have straps and a brother.'),
    await offer(ana, 'On Saturday?'),
  ];
  const before = must(await deniz.get<HelpRequest>(request));
  const chosen = await Promise.all(
    [denizs, anas].map((id) => mira.post(`${request}/offers/${id}/accept`)),
  );
  journal.tell(`${deniz.name} and ${ana.name} offer to help; ${mira.name} taps on both`);
  checks.same(
    chosen.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
    'Of two offers accepted at once one is, and one is 409',
  );
  const [helper, other] = chosen[0]?.status === 200 ? [deniz, ana] : [ana, deniz];
  const precision = async (person: Person): Promise<string> =>
    must(await person.get<HelpRequest>(request)).location.precision;
  checks.same(
    [before.location.precision, await precision(helper), await precision(other)],
    ['coarse', 'exact', 'coarse'],
    'The door is for the chosen helper alone',
  );
  must(await helper.post(`${request}/start`));
  const { status } = must(await mira.post<HelpRequest>(`${request}/complete`));
  checks.same(status, 'completed', 'The requester confirms that it is done');
  journal.tell(`${helper.name} starts, and ${mira.name} confirms that it is done`);
  const rated = await Promise.all(
    [mira, helper, noor].map((person) => person.post(`${request}/ratings`, { rating: 5 })),
  );
  checks.same(
    rated.map((answer) => answer.status),
    [201, 201, 404],
    'The two rate each other; for everybody else it is not there any more',
  );
}

function isAscending(numbers: number[]): boolean {
  return numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? 0));
}
