import { randomBytes } from 'node:crypto';
import { type ApiClient, must } from '../src/demo/client/api-client';
import { type Ask, type Person, PLACE, prepareSubjects } from './subjects';

type Phase = 'examples' | 'coverage' | 'fuzzing' | 'stateful';

/** What one identity asks. */
export interface Pass {
  name: string;
  token: string | undefined;
  phases: Phase[];
  /** At most this many generated requests an operation. */
  examples: number;
  /** Schemathesis' settings: which ids it uses. */
  config: string;
  /** Command-line options that choose operations. */
  selection: string[];
}

export interface Credentials {
  email: string;
  password: string;
}

/** What ends the session or the account of who asks, or what is asked about: everything after it would be 401 or 404. */
const FAREWELL_PATHS = '/auth/(logout|logout-all|password)$|/auth/sessions/';
const FAREWELL_OPERATIONS = [
  'AccountController_erase',
  ...['HelpRequests', 'Skills', 'Businesses', 'Organizations'].map(
    (domain) => `${domain}Controller_remove`,
  ),
];

/** Everybody who asks, with something of every domain to ask about. */
export async function preparePasses(
  api: ApiClient,
  admin: Credentials,
  short: boolean,
): Promise<Pass[]> {
  const ask: Ask = async <T>(...[method, path, body, token]: Parameters<Ask>): Promise<T> =>
    must(await api.call<T>({ method, path, body, token }));
  const register = async (): Promise<Person> => {
    const person = {
      email: `${randomBytes(6).toString('hex')}@example.org`,
      password: 'a password to fuzz with',
      displayName: 'Fuzzed',
    };
    return loggedIn(must(await api.call({ method: 'POST', path: '/auth/register', body: person })));
  };
  const staff = loggedIn(
    must(await api.call({ method: 'POST', path: '/auth/login', body: admin })),
  );
  const [requester, helper, leaver] = [await register(), await register(), await register()];
  await ask('PATCH', '/users/me/helper', { helper: true, available: true }, helper.token);
  await ask('PUT', '/users/me/location', PLACE, helper.token);
  await ask('PATCH', `/admin/users/${helper.id}`, { verified: true }, staff.token);
  const config = await prepareSubjects(ask, requester, helper, staff);

  const stay = [
    ['--exclude-path-regex', FAREWELL_PATHS],
    ...FAREWELL_OPERATIONS.map((operation) => ['--exclude-operation-id', operation]),
  ].flat();
  const pass = (name: string, token: string | undefined, rest: Partial<Pass> = {}): Pass => ({
    name,
    token,
    phases: short ? ['examples', 'fuzzing'] : ['examples', 'coverage', 'fuzzing', 'stateful'],
    examples: short ? 8 : 25,
    config: '',
    selection: stay,
    ...rest,
  });
  return [
    pass('anonymous', undefined, { selection: [] }),
    // The edges of every schema are the same for everybody; one identity that gets far is enough when time is short.
    pass('helper', helper.token, {
      config,
      ...(short ? { phases: ['examples', 'coverage'] } : {}),
    }),
    pass('requester', requester.token, { config }),
    pass('admin', staff.token, { config }),
    pass('leaver', leaver.token, {
      phases: ['examples', 'fuzzing'],
      selection: [
        ['--include-path-regex', FAREWELL_PATHS],
        ...FAREWELL_OPERATIONS.map((operation) => ['--include-operation-id', operation]),
      ].flat(),
    }),
  ];
}

function loggedIn({ user, accessToken }: LoggedIn): Person {
  return { id: user.id, token: accessToken };
}

interface LoggedIn {
  user: { id: string };
  accessToken: string;
}
