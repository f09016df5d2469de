import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Every route that Fastify serves, as `GET /api/v1/users/me`; without HEAD and OPTIONS, which follow from the others. */
export function servedRoutes(app: NestFastifyApplication): string[] {
  const drawing = app
    .getHttpAdapter()
    .getInstance()
    .printRoutes({ commonPrefix: false, includeHooks: false });
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of drawing.split('\n')) {
    const [, indent, part, methods] = /^([│├└─\s]*)(\S*)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (indent === undefined || part === undefined) continue;
    const depth = indent.length / 4;
    parents[depth] = part;
    if (methods === undefined) continue;
    const path = parents.slice(0, depth + 1).join('');
    for (const method of methods.split(', ')) {
      if (method !== 'HEAD' && method !== 'OPTIONS') routes.push(`${method} ${path}`);
    }
  }
  return routes;
}

/** The metadata by which Nest knows gateways and what they listen to. */
const GATEWAY = 'websockets:is_gateway';
const MESSAGE = 'message';

/** Every message that some gateway handles (`@SubscribeMessage`). */
export function socketMessages(app: INestApplicationContext): string[] {
  return [...app.get(ModulesContainer).values()].flatMap(({ providers }) =>
    [...providers.values()].flatMap(({ metatype }) => {
      if (typeof metatype !== 'function' || !Reflect.hasMetadata(GATEWAY, metatype)) return [];
      const handlers = Object.values(Object.getOwnPropertyDescriptors(metatype.prototype));
      return handlers.flatMap(({ value }) => {
        const message: unknown =
          typeof value === 'function' ? Reflect.getMetadata(MESSAGE, value) : undefined;
        return typeof message === 'string' ? [message] : [];
      });
    }),
  );
}
