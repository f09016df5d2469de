import { Global, Module } from '@nestjs/common';
import { Clock } from './time/clock';

/** What every module may use without asking: the clock. */
@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class CommonModule {}
