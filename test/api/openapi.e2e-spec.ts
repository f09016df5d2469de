import SwaggerParser from '@apidevtools/swagger-parser';
import { startTestApp, type TestApp } from '../support/app';
import { servedRoutes } from '../support/routes';

type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  example?: unknown;
  enum?: unknown[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
};

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
  security?: Record<string, string[]>[];
}

interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

/** Without a token by design; everything else must say how to authenticate. */
const PUBLIC = [
  'post /api/v1/auth/register',
  'post /api/v1/auth/login',
  'post /api/v1/auth/password/forgot',
  'post /api/v1/auth/password/reset',
  'post /api/v1/auth/email/verify',
  'get /health/live',
  'get /health/ready',
  'get /metrics',
  'get /track/{token}',
  'post /api/v1/payments/webhooks/{provider}',
  'post /api/v1/appeals/by-link',
];

/** Their form is prescribed by others: health checkers read status and indicators, Prometheus its text, not our envelope. */
const BARE = [
  'get /health/live',
  'get /health/ready',
  'get /metrics',
  // The file itself.
  'get /api/v1/files/{token}',
];

describe('The description of the API', () => {
  let server: TestApp;
  let document: OpenApiDocument;
  let operations: [name: string, operation: Operation][];

  beforeAll(async () => {
    server = await startTestApp();
    document = (await (await fetch(`${server.url}/docs-json`)).json()) as OpenApiDocument;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    );
  });

  afterAll(() => server.close());

  /** The operations that break a rule, so that a failure names all of them. */
  const breaking = (rule: (operation: Operation, name: string) => boolean): string[] =>
    operations.filter(([name, operation]) => !rule(operation, name)).map(([name]) => name);

  const enveloped = (name: string): boolean => !BARE.includes(name);

  const jsonOf = (response: Content | undefined): Schema | undefined =>
    response?.content?.['application/json']?.schema;
  /** JSON, or a form where there are files. */
  const inputOf = (body: Content): Schema | undefined =>
    jsonOf(body) ?? body.content?.['multipart/form-data']?.schema;

  const successes = ({ responses }: Operation) =>
    Object.entries(responses).filter(([status]) => status.startsWith('2'));

  it('is valid OpenAPI 3', async () => {
    expect(document.openapi).toMatch(/^3\./);
    const parser = new SwaggerParser();
    // The validator follows and replaces references in what it is given.
    await parser.validate(structuredClone(document) as never);
    expect(operations.length).toBeGreaterThan(30);
  });

  it('has every route that the server has', () => {
    const served = servedRoutes(server.app)
      .filter((route) => !route.includes('/docs'))
      .map((route) =>
        route.replace(/:(\w+)/g, '{$1}').replace(/^\w+/, (method) => method.toLowerCase()),
      );
    expect(served.length).toBeGreaterThan(30);
    expect(operations.map(([name]) => name).sort()).toEqual(served.sort());
  });

  it('gives each route a summary and a tag', () => {
    expect(
      breaking(({ summary, tags }) => Boolean(summary?.trim()) && (tags ?? []).length > 0),
    ).toEqual([]);
  });

  it('gives each route a success answer with its model inside the envelope', () => {
    expect(
      breaking((operation, name) => {
        const found = successes(operation);
        if (found.length === 0) return false;
        return found.every(([, response]) => {
          if (!enveloped(name)) return Object.keys(response.content ?? {}).length > 0;
          const schema = jsonOf(response);
          const { success, data } = schema?.properties ?? {};
          return (
            schema?.required?.includes('data') === true &&
            success?.enum?.[0] === true &&
            data !== undefined &&
            Object.keys(data).length > 0
          );
        });
      }),
    ).toEqual([]);
  });

  it('gives each route 429, 500 and 503 in the one failure envelope', () => {
    expect(
      breaking(
        ({ responses }, name) =>
          !enveloped(name) ||
          ['429', '500', '503'].every(
            (status) => jsonOf(responses[status])?.$ref === '#/components/schemas/ErrorEnvelope',
          ),
      ),
    ).toEqual([]);
  });

  it('says 401 and how to authenticate for each route that is not public', () => {
    expect(
      breaking(
        ({ responses, security }, name) =>
          PUBLIC.includes(name) || ('401' in responses && (security ?? []).length > 0),
      ),
    ).toEqual([]);
    expect(
      breaking(({ security }, name) => !PUBLIC.includes(name) || (security ?? []).length === 0),
    ).toEqual([]);
    const known = Object.keys(document.components.securitySchemes);
    const used = operations.flatMap(([, { security = [] }]) => security.flatMap(Object.keys));
    expect(new Set(used)).toEqual(new Set(known));
  });

  it('says 400 for each route that takes input, and 404 for each that takes an id', () => {
    expect(
      breaking(({ parameters = [], requestBody, responses }) => {
        const input = requestBody !== undefined || parameters.some((one) => one.in !== 'header');
        return !input || '400' in responses;
      }),
    ).toEqual([]);
    // Blocking and unblocking alone are about somebody, not of something: unblocking nobody is no mistake.
    expect(
      breaking(
        ({ parameters = [], responses }, name) =>
          name === 'delete /api/v1/users/me/blocks/{userId}' ||
          !parameters.some((one) => one.in === 'path') ||
          '404' in responses,
      ),
    ).toEqual([]);
  });

  it('says 413 and 415 for each route that reads a body', () => {
    expect(
      breaking(
        ({ requestBody, responses }) =>
          requestBody === undefined || ('413' in responses && '415' in responses),
      ),
    ).toEqual([]);
  });

  it('gives every body a model', () => {
    expect(
      breaking(
        ({ requestBody }) => requestBody === undefined || inputOf(requestBody)?.$ref !== undefined,
      ),
    ).toEqual([]);
  });

  it('declares every parameter of every path', () => {
    expect(
      breaking(({ parameters = [] }, name) => {
        const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
        const declared = parameters.filter((one) => one.in === 'path').map((one) => one.name);
        return inPath.sort().join() === declared.sort().join();
      }),
    ).toEqual([]);
  });

  it('gives every property of every model an example', () => {
    const without = Object.entries(document.components.schemas).flatMap(([model, { properties }]) =>
      Object.entries(properties ?? {})
        .filter(([, schema]) => !isExemplified(schema))
        .map(([name]) => `${model}.${name}`),
    );
    expect(without).toEqual([]);
  });

  it('gives every property and parameter a type that its limits, its example and its clients can rely on', () => {
    const named = [
      ...Object.entries(document.components.schemas).flatMap(([model, { properties }]) =>
        Object.entries(properties ?? {}).map(
          ([name, schema]) => [`${model}.${name}`, schema] as const,
        ),
      ),
      ...operations.flatMap(([name, { parameters = [] }]) =>
        parameters.map((one) => [`${name} ${one.name}`, one.schema ?? {}] as const),
      ),
    ];
    const vague = named.filter(([, schema]) => isVague(schema)).map(([name]) => name);
    expect(vague).toEqual([]);
  });

  it('refers to no model that is not there, and holds none that nothing refers to', () => {
    const text = JSON.stringify(document);
    const used = new Set(
      [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name),
    );
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  it('describes answers truly: what the server answers has the fields that the model requires', async () => {
    const { data } = (await (
      await fetch(`${server.url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          email: 'docs@example.org',
          password: 'correct horse battery',
          displayName: 'Docs',
        }),
      })
    ).json()) as { data: { user: Record<string, unknown>; accessToken: string } };
    const raised = (await (
      await fetch(`${server.url}/api/v1/emergencies`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${data.accessToken}`,
        },
        body: JSON.stringify({ type: 'other', location: { latitude: 1, longitude: 1 } }),
      })
    ).json()) as { data: Record<string, unknown> };
    for (const [model, answer] of [
      ['UserView', data.user],
      ['EmergencyDto', raised.data],
    ] as const) {
      const { properties = {}, required = [] } = document.components.schemas[model] ?? {};
      expect(Object.keys(answer)).toEqual(expect.arrayContaining(required));
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(answer)));
    }
  });
});

describe('Swagger UI', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  it('loads with everything that its page asks for, and under our content security policy', async () => {
    const page = await fetch(`${server.url}/docs`);
    expect(page.status).toBe(200);
    const html = await page.text();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    // Neither inline scripts, which the policy would stop, nor anything from elsewhere.
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
    expect(html).not.toMatch(/\b(src|href)="(https?:)?\/\//);
    const assets = [...html.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThan(3);
    for (const path of assets) {
      const asset = await fetch(new URL(path, page.url));
      expect([path, asset.status]).toEqual([path, 200]);
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
    // Over plain HTTP, as on a developer's machine, the browser must not be told to fetch them by HTTPS.
    expect(policy).not.toContain('upgrade-insecure-requests');
  });
});

/** An example of its own, or a reference to a model whose properties have theirs. */
function isExemplified(schema: Schema): boolean {
  if (schema.$ref !== undefined || schema.example !== undefined) return true;
  if (schema.allOf) return schema.allOf.every(isExemplified);
  return schema.type === 'array' && schema.items !== undefined && schema.items.$ref !== undefined;
}

/** A number or text of no type, which generated clients take for an object; or a moment that does not say so. */
function isVague(schema: Schema): boolean {
  const { type, format, example } = schema;
  if (JSON.stringify(schema).includes('#/components/schemas/Object')) return true;
  if ('maxLength' in schema || 'pattern' in schema) return type !== 'string';
  if ('maximum' in schema || 'minimum' in schema) return type !== 'number' && type !== 'integer';
  return typeof example === 'string' && /^\d{4}-\d\d-\d\dT/.test(example) && format !== 'date-time';
}
