import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Files } from '../../common/files/files';
import { FILE_ENDINGS } from '../../common/files/uploads/file-type';
import type { Upload } from '../../common/files/uploads/uploads.decorator';
import { AuditLog } from '../audit/audit-log';
import { type FileLink, FileLinks } from '../files/file-links';
import { FileSources, type LinkedContent } from '../files/file-sources';
import { Verification, type VerificationDocument } from './schemas/verification.schema';

const LINK_PURPOSE = 'verification-document';

/** The documents of requests: kept with their request, shown to moderators alone, deleted in time. */
@Injectable()
export class VerificationDocuments implements OnModuleInit {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly files: Files,
    private readonly links: FileLinks,
    private readonly sources: FileSources,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
  ) {}

  onModuleInit(): void {
    this.sources.register(LINK_PURPOSE, (viewer, document) => this.open(viewer, document));
  }

  /** Inside the transaction that writes the request. @throws DomainError UNAVAILABLE where the files are gone already. */
  async keep(session: ClientSession, uploads: Upload[]): Promise<VerificationDocument[]> {
    await this.files.keep(
      session,
      uploads.map(({ key }) => key),
    );
    return uploads.map((upload) => ({ _id: new Types.ObjectId(), ...upload }));
  }

  /** Inside a transaction: takes the documents off a request, and has their files deleted at once. */
  async remove(session: ClientSession, { _id, documents }: Verification): Promise<void> {
    await this.verifications.collection.updateOne(
      { _id },
      { $set: { documents: [], documentsUntil: null } },
      { session },
    );
    await this.files.discard(
      session,
      documents.map(({ key }) => key),
    );
  }

  linkFor(viewer: Actor, { _id }: VerificationDocument): FileLink {
    return this.links.issue(viewer, LINK_PURPOSE, _id);
  }

  /** A look: it is on record before the first byte goes out. */
  private async open(viewer: Actor, id: Types.ObjectId): Promise<LinkedContent | null> {
    if (!isStaff(viewer)) return null;
    return this.transactions.run(async () => {
      const verification = await this.verifications
        .findOne({ 'documents._id': id })
        .lean<Verification>();
      const document = verification?.documents.find(({ _id }) => _id.equals(id));
      if (!verification || !document) return null;
      // Each look, also a second one of the same minute.
      await this.audit.record(viewer, 'seen.verification.document', verification._id, {
        document: { from: null, to: id },
      });
      const { key, contentType } = document;
      const fileName = `document-${id.toHexString()}.${FILE_ENDINGS[contentType]}`;
      return { key, contentType, fileName };
    });
  }
}
