/** AllyNet's own search for the fifty, in a process that holds the whole application but serves nobody. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { personId, personIndex } from '../data/people';
import type { Place } from '../data/places';
import { obey } from './orders';
import type { SearchAnswer, SearchOrder } from './protocol';

/** What is used of `src`; the bench is compiled by itself. */
interface Discovery {
  candidates(request: {
    place: Place;
    radiusMeters: number;
    requester: unknown;
    blockedByRequester: unknown[];
  }): Promise<unknown[]>;
}

interface Decision {
  alert: { helper: { toHexString(): string } }[];
}

interface Modules {
  AppModule: unknown;
  Discovery: unknown;
  topFifty(situation: object): Decision;
  NestFactory: {
    createApplicationContext(
      module: unknown,
      options: object,
    ): Promise<{ get(token: unknown): Discovery }>;
  };
}

const REQUESTER = personId('requester', 0);
const modules = loadModules();
const context = modules.NestFactory.createApplicationContext(modules.AppModule, { logger: false });

obey(search);

async function search({ places, radiusMeters }: SearchOrder): Promise<SearchAnswer> {
  const discovery = (await context).get(modules.Discovery);
  const answer: SearchAnswer = { kind: 'search', latencies: [], found: [] };
  for (const place of places) {
    const began = performance.now();
    const candidates = await discovery.candidates({
      place,
      radiusMeters,
      requester: REQUESTER,
      blockedByRequester: [],
    });
    const { alert } = modules.topFifty({
      candidates,
      ledger: [],
      radiusMeters,
      ageMs: 0,
      reopened: false,
    });
    answer.latencies.push(performance.now() - began);
    answer.found.push(alert.map(({ helper }) => personIndex(helper.toHexString())));
  }
  return answer;
}

function loadModules(): Modules {
  const load = createRequire(join(__dirname, '../../main.js'));
  return {
    ...(load('@nestjs/core') as Pick<Modules, 'NestFactory'>),
    ...(load('./app.module.js') as Pick<Modules, 'AppModule'>),
    ...(load('./modules/emergencies/dispatch/discovery.js') as Pick<Modules, 'Discovery'>),
    ...(load('./modules/emergencies/dispatch/dispatch.policy.js') as Pick<Modules, 'topFifty'>),
  };
}
