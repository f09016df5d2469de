import { Global, Module } from '@nestjs/common';
import { PersonalData } from './personal-data';

/** Every module that keeps something of people registers here. It needs nothing itself, so that none has to wait for it. */
@Global()
@Module({ providers: [PersonalData], exports: [PersonalData] })
export class PersonalDataModule {}
