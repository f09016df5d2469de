import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { explainAll } from '../support/explain';
import type { ListCalls, Lists, Query } from './lists/list-calls';

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<
    string,
    {
      content?: Record<
        string,
        { schema?: { properties?: { data?: { properties?: Record<string, unknown> } } } }
      >;
    }
  >;
}

/** Each domain brings its lists as `lists/shelters.lists.ts`. */
const folder = join(__dirname, 'lists');
const lists: Lists = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith('.lists.ts'))) {
  Object.assign(lists, (require(join(folder, file)) as { lists: Lists }).lists);
}

describe('Lists', () => {
  let server: TestApp;
  let served: Map<string, Operation>;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
    const { paths } = (await (await fetch(`${server.url}/docs-json`)).json()) as {
      paths: Record<string, { get?: Operation }>;
    };
    served = new Map(
      Object.entries(paths).flatMap(([path, { get }]) =>
        get && isList(get) ? [[`GET ${path.replace(/\{(\w+)\}/g, ':$1')}`, get] as const] : [],
      ),
    );
  });

  afterAll(() => server.close());

  it('of the running server are all asked below, and no other', () => {
    expect(Object.keys(lists).toSorted()).toEqual([...served.keys()].toSorted());
  });

  it.each(Object.keys(lists))(
    '%s reads no collection from end to end, whatever it is asked for',
    async (route) => {
      const calls = await lists[route]?.(server);
      if (!calls) throw new Error(`${route} makes no calls.`);
      const parameters = parametersOf(served.get(route));
      let pages = 0;
      for (const query of calls.queries) {
        pages += await explained(calls, query, parameters.includes('limit'));
      }
      // Each filter and sort that the description names, or one would go unproven.
      expect([...new Set(calls.queries.flatMap((query) => Object.keys(query)))].toSorted()).toEqual(
        parameters.filter((name) => name !== 'cursor' && name !== 'limit').toSorted(),
      );
      if (parameters.includes('cursor')) expect(pages).toBeGreaterThan(calls.queries.length);
    },
  );

  /** @returns how many pages there were: a cursor makes another query, so the second is asked for too. */
  async function explained({ as, path }: ListCalls, query: Query, paged: boolean): Promise<number> {
    const page = async (more: Query): Promise<string | null> => {
      const search = new URLSearchParams();
      const asked = { ...query, ...(paged ? { limit: 1 } : {}), ...more };
      for (const [name, value] of Object.entries(asked)) search.set(name, String(value));
      let next: string | null = null;
      const reads = await explainAll(server, async () => {
        next = must(await as.get<{ nextCursor: string | null }>(`${path}?${search.toString()}`))
          .data.nextCursor;
      });
      expect(reads).toBeGreaterThan(0);
      return next;
    };
    const cursor = await page({});
    if (cursor === null) return 1;
    await page({ cursor });
    return 2;
  }
});

function isList({ responses }: Operation): boolean {
  const data =
    responses['200']?.content?.['application/json']?.schema?.properties?.data?.properties;
  return data !== undefined && 'items' in data && 'nextCursor' in data;
}

function parametersOf(operation: Operation | undefined): string[] {
  return (operation?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
}
