import { randomBytes } from 'node:crypto';
import { type ApiClient, type Call, must } from '../src/demo/client/api-client';

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

/** What ends the session or the account of who asks: everything after it would be 401. */
const FAREWELL_PATHS = '/auth/(logout|logout-all|password)$|/auth/sessions/';
const FAREWELL_OPERATION = 'AccountController_erase';

/** Everybody who asks, with something to ask about: an SOS of the requester's to which the helper was alerted. */
export async function preparePasses(
  api: ApiClient,
  admin: Credentials,
  short: boolean,
): Promise<Pass[]> {
  const call = async <T>(method: Call['method'], path: string, body: unknown, token?: string) =>
    must(await api.call<T>({ method, path, body, ...(token ? { token } : {}) }));
  const place = { latitude: 51.34, longitude: 12.37 };
  const register = async (): Promise<LoggedIn> =>
    call<LoggedIn>('POST', '/auth/register', {
      email: `${randomBytes(6).toString('hex')}@example.org`,
      password: 'a password to fuzz with',
      displayName: 'Fuzzed',
    });
  const staff = await call<LoggedIn>('POST', '/auth/login', admin);
  const [requester, helper, leaver] = [await register(), await register(), await register()];
  const as = helper.accessToken;
  await call('PATCH', '/users/me/helper', { helper: true, available: true }, as);
  await call('PUT', '/users/me/location', place, as);
  await call('PATCH', `/admin/users/${helper.user.id}`, { verified: true }, staff.accessToken);
  const sos = { type: 'medical', location: place };
  const { id } = await call<{ id: string }>('POST', '/emergencies', sos, requester.accessToken);

  const stay = [
    ['--exclude-path-regex', FAREWELL_PATHS],
    ['--exclude-operation-id', FAREWELL_OPERATION],
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
  const emergency = { config: aboutEmergency(id) };
  return [
    pass('anonymous', undefined, { selection: [] }),
    // The edges of every schema are the same for everybody; one identity that gets far is enough when time is short.
    pass('helper', as, { ...emergency, ...(short ? { phases: ['examples', 'coverage'] } : {}) }),
    pass('requester', requester.accessToken, emergency),
    pass('admin', staff.accessToken),
    pass('leaver', leaver.accessToken, {
      phases: ['examples', 'fuzzing'],
      selection: [
        ['--include-path-regex', FAREWELL_PATHS],
        ['--include-operation-id', FAREWELL_OPERATION],
      ].flat(),
    }),
  ];
}

interface LoggedIn {
  user: { id: string };
  accessToken: string;
}

/** Made-up ids are all 404; this one exists. */
function aboutEmergency(id: string): string {
  return `[[operations]]
include-path-regex = "^/api/v1/emergencies/[{]id[}]"
parameters = { "path.id" = "${id}" }
`;
}
