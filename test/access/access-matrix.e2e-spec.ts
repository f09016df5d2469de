import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { servedRoutes, socketMessages } from '../support/routes';
import { formWithDocument } from '../support/verification';
import { closeSockets, TestSocket } from '../support/sockets';
import { ERROR_CODES, type ErrorCode } from '../../src/common/errors/error-codes';
import {
  type AccessRow,
  type Cells,
  cell,
  PERSONAS,
  readAccessTable,
  type Persona,
} from './access-table';
import { Cast } from './cast';
import type { AccessRequest, AccessRequests, SocketPayloads, Spoils } from './requests';

/** A domain brings its rows as `shelters.access-matrix.md` and what they send as `shelters.requests.ts`. */
const table = readAccessTable(__dirname);
const requests: AccessRequests = {};
const payloads: SocketPayloads = {};
for (const file of readdirSync(__dirname).filter((name) => name.endsWith('requests.ts'))) {
  const own = require(join(__dirname, file)) as {
    requests?: AccessRequests;
    messages?: SocketPayloads;
  };
  Object.assign(requests, own.requests);
  Object.assign(payloads, own.messages);
}

describe('The access matrix', () => {
  let server: TestApp;
  let cast: Cast;
  let spoilt: Spoils = 'people';

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  const named = (rows: AccessRow[]): string[] => [...new Set(rows.map(({ target }) => target))];

  it('names each route of the running server, and no other', () => {
    expect(named(table.routes).toSorted()).toEqual(servedRoutes(server.app).toSorted());
  });

  it('names each message that a gateway handles, and no other', () => {
    expect(named(table.messages).toSorted()).toEqual(socketMessages(server.app).toSorted());
  });

  it('holds each row once, and sends something for no row that is not there', () => {
    const rows = [...table.routes, ...table.messages].map(({ name }) => name);
    expect(rows).toEqual([...new Set(rows)]);
    expect(rows).toEqual(
      expect.arrayContaining([...Object.keys(requests), ...Object.keys(payloads)]),
    );
  });

  it.each(table.routes)('$name', async ({ name, target, expected }) => {
    const [method = '', path = ''] = target.split(' ');
    const request = requests[name] ?? {};
    const answers = await eachPersona(async (persona) => {
      const answer = await send(persona, method, path, request);
      if (answer.status < 400 && method !== 'GET') spoilt = request.spoils ?? spoiltBy(path);
      return cell(answer.status, answer.code);
    });
    expect(answers).toEqual(expected);
  });

  it.each(table.messages)('$name over a socket', async ({ name, expected }) => {
    const answers = await eachPersona(async (persona) => {
      const actor = cast.self(persona).on(server);
      if (persona === 'anonymous') actor.token = '';
      const socket = await TestSocket.connect(actor).catch(({ message }: Error) => message);
      if (typeof socket === 'string') return cell(ERROR_CODES[socket as ErrorCode].status, socket);
      const answer = await socket.ask(name, payloads[name]?.(cast));
      const code = answer.error?.code as ErrorCode | undefined;
      return cell(code ? ERROR_CODES[code].status : 200, code);
    });
    expect(answers).toEqual(expected);
  });

  /** One column after the other, each on what the one before has left whole. */
  async function eachPersona(answer: (persona: Persona) => Promise<string>): Promise<Cells> {
    const answers: Partial<Cells> = {};
    for (const persona of PERSONAS) {
      if (spoilt === 'people') cast = await Cast.assemble(server);
      if (spoilt === 'emergency') await cast.renew();
      spoilt = 'nothing';
      answers[persona] = await answer(persona);
    }
    return answers as Cells;
  }

  async function send(
    persona: Persona,
    method: string,
    path: string,
    { params, body, form, ownSession }: AccessRequest,
  ): Promise<{ status: number; code: string | undefined }> {
    const self = cast.self(persona);
    const values: Record<string, string> = {
      ...(path.startsWith('/api/v1/emergencies/') ? { id: cast.emergencyId } : {}),
      ...(await params?.(cast, self)),
    };
    const where = path.replace(/:(\w+)|\*/g, (_, name: string = '*') => values[name] ?? 'missing');
    const content = form ? formWithDocument(form()) : await body?.(cast, self);
    const mayLogIn = ownSession && persona !== 'anonymous' && persona !== 'suspended';
    const { token } = mayLogIn ? await self.logIn() : self;
    return ask(method, where, content, persona === 'anonymous' ? undefined : token);
  }

  async function ask(
    method: string,
    path: string,
    body: Json | FormData | undefined,
    token?: string,
  ) {
    const response = await fetch(`${server.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const code = response.ok ? undefined : /"code":"(\w+)"/.exec(text)?.[1];
    return { status: response.status, code };
  }
});

/** What changes an emergency must not be met by the next column. */
function spoiltBy(path: string): Spoils {
  return path.startsWith('/api/v1/emergencies/') ? 'emergency' : 'nothing';
}
