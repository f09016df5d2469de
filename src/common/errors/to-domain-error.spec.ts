import {
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
} from 'mongodb';
import { toDomainError } from './to-domain-error';

/** As the driver makes it when a connection of a pool that was cleared before dies under a bulk write. */
function bulkWriteFailedBy(error: Error): MongoBulkWriteError {
  return new MongoBulkWriteError(error, { insertedCount: 0 } as BulkWriteResult);
}

describe('An error of the database', () => {
  it('is UNAVAILABLE where a connection was lost, and may be tried again', () => {
    const error = toDomainError(new MongoNetworkError('connection 12 closed'));
    expect(error.code).toBe('UNAVAILABLE');
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('is UNAVAILABLE where a bulk write lost its connection', () => {
    const lost = bulkWriteFailedBy(new MongoNetworkError('connection 12 closed'));
    expect(toDomainError(lost).code).toBe('UNAVAILABLE');
  });

  it('is INTERNAL where it says nothing of the connection', () => {
    const failed = new MongoServerError({ message: 'no such operator', code: 9 });
    expect(toDomainError(failed).code).toBe('INTERNAL');
    expect(toDomainError(bulkWriteFailedBy(failed)).code).toBe('INTERNAL');
  });
});
