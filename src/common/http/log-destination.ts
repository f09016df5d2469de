import { Injectable } from '@nestjs/common';
import type { DestinationStream } from 'pino';

/** Where log lines go. Pino's own destination retries for ever at the exit when the reader of the log is gone. */
@Injectable()
export class LogDestination {
  readonly stream: DestinationStream = process.stdout;
}
