import { Module, RequestMethod } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { IncomingMessage } from 'node:http';
import { LoggerModule } from 'nestjs-pino';
import type { LogFn } from 'pino';
import { appConfig } from '../../config/app.config';
import { LogDestination } from './log-destination';

/** Nest's account of every module and route at the start: a hundred lines that nobody reads. */
const CHATTER = new Set([
  'InstanceLoader',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Structured logs, one line a request, with its id. Bodies, query strings, headers and cookies are never written:
 * passwords, tokens and positions live there.
 */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [],
      providers: [LogDestination],
      inject: [appConfig.KEY, LogDestination],
      useFactory: (config: ConfigType<typeof appConfig>, { stream }: LogDestination) => ({
        forRoutes: [{ path: '{*path}', method: RequestMethod.ALL }],
        pinoHttp: {
          level: config.logLevel,
          genReqId: (request: IncomingMessage) => request.id,
          autoLogging: {
            // Middleware sees the url below its mount; the whole one is kept beside it.
            ignore: (request: IncomingMessage & { originalUrl?: string }) =>
              /^\/(health|metrics)(?=[/?]|$)/.test(request.originalUrl ?? request.url ?? ''),
          },
          serializers: {
            req: (request: { id: unknown; method: string; url: string }) => ({
              id: request.id,
              method: request.method,
              // Whoever has a tracking link can follow somebody.
              path: request.url.split('?')[0]?.replace(/^\/track\/.*/, '/track/…'),
            }),
            res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
          },
          hooks: { logMethod: withoutChatter },
          // For a person at a terminal; everything else reads JSON.
          ...(config.nodeEnv === 'development' && process.stdout.isTTY
            ? { transport: { target: 'pino-pretty', options: { singleLine: true } } }
            : { stream }),
        },
      }),
    }),
  ],
})
export class RequestLoggingModule {}

function withoutChatter(this: unknown, args: Parameters<LogFn>, method: LogFn): void {
  const [first] = args as unknown[];
  const context =
    typeof first === 'object' && first !== null && 'context' in first ? String(first.context) : '';
  if (!CHATTER.has(context)) method.apply(this as never, args);
}
