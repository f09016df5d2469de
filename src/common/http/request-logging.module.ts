import { Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { IncomingMessage } from 'node:http';
import { LoggerModule } from 'nestjs-pino';
import { appConfig } from '../../config/app.config';

/**
 * Structured logs, one line a request, with its id. Bodies, query strings, headers and cookies are never written:
 * passwords, tokens and positions live there.
 */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [],
      providers: [],
      inject: [appConfig.KEY],
      useFactory: (config: ConfigType<typeof appConfig>) => ({
        pinoHttp: {
          level: config.logLevel,
          genReqId: (request: IncomingMessage) => request.id,
          autoLogging: {
            ignore: (request: IncomingMessage) => request.url?.startsWith('/health') ?? false,
          },
          serializers: {
            req: (request: { id: unknown; method: string; url: string }) => ({
              id: request.id,
              method: request.method,
              path: redactPath(request.url),
            }),
            res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
          },
        },
      }),
    }),
  ],
})
export class RequestLoggingModule {}

/** The path alone, without the query string; share links carry their token in the path. */
function redactPath(url: string): string {
  return (url.split('?')[0] ?? '').replace(/^(\/track\/).+/, '$1[token]');
}
