import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import { call, must, register } from '../support/actors';
import { buildServer, killServers, ServerProcess } from './server-process';

jest.setTimeout(90_000);

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** OTLP's numbers for the kinds of spans. */
const SERVER = 2;
const CLIENT = 3;

/** A collector that takes OTLP over HTTP as JSON. */
class Collector {
  readonly spans: Span[] = [];
  text = '';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.text += `${request.url ?? ''} ${body}\n`;
        const { resourceSpans } = JSON.parse(body) as {
          resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
        };
        for (const { scopeSpans } of resourceSpans)
          for (const { spans } of scopeSpans) this.spans.push(...spans);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  static async listen(): Promise<Collector> {
    const collector = new Collector();
    collector.server.listen(0, '127.0.0.1');
    await once(collector.server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The spans of a trace, each with its name and its parent's. */
  tree(traceId: string): { name: string; kind: number; parent: string | undefined }[] {
    const spans = this.spans.filter((span) => span.traceId === traceId);
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    return spans.map(({ name, kind, parentSpanId }) => ({
      name,
      kind,
      parent: names.get(parentSpanId ?? ''),
    }));
  }
}

describe('Tracing', () => {
  const database = `test_${randomBytes(6).toString('hex')}`;
  let collector: Collector;

  beforeAll(buildServer, 180_000);

  beforeEach(async () => {
    collector = await Collector.listen();
  });

  afterEach(async () => {
    collector.close();
    await killServers();
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    await client.db(database).dropDatabase();
    await client.close();
  });

  const start = (env: Record<string, string>) =>
    ServerProcess.start({ MONGODB_DATABASE: database, ...env });

  it("one SOS is one trace, below the caller's: request, discovery, transaction and their commands; sent before the process ends", async () => {
    const server = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'allynet-under-test',
    });
    const requester = await register(server);
    const traceId = randomBytes(16).toString('hex');
    const callerSpanId = randomBytes(8).toString('hex');
    must(
      await requester.post(
        '/emergencies',
        { type: 'medical', location: { latitude: 51.3, longitude: 12.3 } },
        { traceparent: `00-${traceId}-${callerSpanId}-01` },
      ),
    );
    expect((await server.stop()).code).toBe(0);

    const root = 'POST /api/v1/emergencies';
    const tree = collector.tree(traceId);
    expect(tree).toEqual(
      expect.arrayContaining([
        { name: root, kind: SERVER, parent: undefined },
        { name: 'discovery', kind: 1, parent: root },
        { name: 'transaction', kind: 1, parent: root },
        { name: 'insert emergencies', kind: CLIENT, parent: 'transaction' },
        { name: 'insert events', kind: CLIENT, parent: 'transaction' },
        { name: 'commitTransaction', kind: CLIENT, parent: 'transaction' },
      ]),
    );
    expect(tree.some(({ parent }) => parent === 'discovery')).toBe(true);
    expect(tree.filter(({ name }) => name === root)).toHaveLength(1);
    const span = collector.spans.find(({ name }) => name === root);
    expect(span?.parentSpanId).toBe(callerSpanId);
    expect(span?.attributes).toEqual(
      expect.arrayContaining([
        { key: 'http.route', value: { stringValue: '/api/v1/emergencies' } },
        { key: 'http.response.status_code', value: { intValue: 201 } },
      ]),
    );
    expect(collector.text).toContain('/v1/traces');
    expect(collector.text).toContain('allynet-under-test');
    // Each request has a trace of its own where the caller began none.
    const others = collector.spans.filter(({ name }) => name === 'POST /api/v1/auth/register');
    expect(others).toHaveLength(1);
    expect(others[0]?.traceId).not.toBe(traceId);
    expect(collector.spans.map(({ name }) => name)).not.toContain('getMore');
  });

  it('spans hold no address, name, password, token, text, position, query string or id of a client', async () => {
    const server = await start({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      RATE_LIMITS: 'off',
    });
    const fields = {
      email: 'mailcanary@example.org',
      password: 'passwordcanary battery',
      displayName: 'namecanary',
      phone: '+491511234567',
    };
    const actor = await register(server, fields);
    // The database says in its refusal which address is taken.
    expect((await call(server, 'POST', '/auth/register', fields)).status).toBe(409);
    const { data } = must(
      await actor.post<{ id: string }>(
        '/emergencies',
        {
          type: 'medical',
          description: 'textcanary',
          requestId: 'requestcanary',
          location: { latitude: 51.123457, longitude: 12.765433 },
        },
        { 'user-agent': 'agentcanary', 'x-forwarded-for': '203.0.113.77' },
      ),
    );
    must(await actor.post(`/emergencies/${data.id}/messages`, { text: 'chatcanary' }));
    await actor.get(`/emergencies/${data.id}/messages?cursor=querycanary`);
    await fetch(`${server.url}/api/v1/nowhere/pathcanary?token=${actor.token}`);
    expect((await server.stop()).code).toBe(0);
    expect(collector.spans.length).toBeGreaterThan(10);
    expect(collector.text).not.toMatch(/canary/);
    for (const secret of ['51.123457', '12.765433', '1511234567', '203.0.113.77', '127.0.0.1']) {
      expect(collector.text).not.toContain(secret);
    }
    for (const secret of [actor.token, actor.refreshToken, actor.token.split('.')[2] ?? '-']) {
      expect(collector.text).not.toContain(secret);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['no variable asks for it', {}],
    ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }],
    ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('off, the SDK is not even loaded: %s', async (_, env) => {
    const server = await start({
      ...(Object.keys(env).length > 0 ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } : {}),
      ...env,
      // Names every file that is loaded.
      NODE_DEBUG: 'module',
    });
    await register(server);
    expect((await server.stop()).code).toBe(0);
    expect(collector.text).toBe('');
    expect(server.stderr).toContain('@opentelemetry/api');
    expect(server.stderr).not.toContain('@opentelemetry/sdk');
  });

  it('a collector that is away costs neither an answer nor a clean end', async () => {
    const { url } = collector;
    collector.close();
    const server = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    await register(server);
    const { code, milliseconds } = await server.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(9000);
  });
});
