import { Global, Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { MongooseModule } from '@nestjs/mongoose';
import { filesConfig } from '../../config/files.config';
import { FileDeletionSweeper } from './file-deletion.sweeper';
import { FileStore } from './file-store';
import { Files } from './files';
import { LocalFileStore } from './local-file-store';
import { S3FileStore } from './s3-file-store';
import { FileDeletion, FileDeletionSchema } from './schemas/file-deletion.schema';

/** Files that people send or that are made for them: in a folder, or in S3 where it is configured. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: FileDeletion.name, schema: FileDeletionSchema }])],
  providers: [
    {
      provide: FileStore,
      inject: [filesConfig.KEY],
      useFactory: ({ folder, spoolFolder, s3 }: ConfigType<typeof filesConfig>): FileStore =>
        s3 ? new S3FileStore(s3, spoolFolder) : new LocalFileStore(folder),
    },
    Files,
    FileDeletionSweeper,
  ],
  exports: [FileStore, Files, FileDeletionSweeper],
})
export class FilesModule {}
