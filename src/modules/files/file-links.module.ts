import { Module } from '@nestjs/common';
import { FileLinks } from './file-links';
import { FileSources } from './file-sources';
import { FilesController } from './files.controller';

/** Short-lived links to private files. The modules whose files are linked import this one. */
@Module({
  controllers: [FilesController],
  providers: [FileLinks, FileSources],
  exports: [FileLinks, FileSources],
})
export class FileLinksModule {}
