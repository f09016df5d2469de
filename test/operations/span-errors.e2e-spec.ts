import { SpanStatusCode } from '@opentelemetry/api';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { traceCommands } from '../../src/common/database/database-tracing';
import { inSpan } from '../../src/common/tracing/span';

describe('A span of what failed', () => {
  it('tells the kind of error, and nothing of its message, which may quote what somebody wrote', async () => {
    const exporter = new tracing.InMemorySpanExporter();
    const sdk = new NodeSDK({
      spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
      metricReaders: [],
      logRecordProcessors: [],
      autoDetectResources: false,
    });
    sdk.start();
    const client = new MongoClient(process.env.TEST_MONGODB_URI ?? '', { monitorCommands: true });
    traceCommands(client);
    const database = client.db(`test_${randomBytes(6).toString('hex')}`);
    const people = database.collection<{ email: string }>('people');
    try {
      await people.createIndex({ email: 1 }, { unique: true });
      await people.insertMany([{ email: 'canary@example.org' }, { email: 'other@example.org' }]);
      const clash = inSpan('work', () =>
        people.findOneAndUpdate(
          { email: 'other@example.org' },
          { $set: { email: 'canary@example.org' } },
        ),
      );
      await expect(clash).rejects.toThrow('canary');
      const told = exporter.getFinishedSpans().map(({ name, attributes, status, events }) => ({
        name,
        attributes,
        status,
        events,
      }));
      expect(told.map(({ name }) => name)).toEqual(['findAndModify people', 'work']);
      for (const { attributes, status } of told) {
        expect(status).toEqual({ code: SpanStatusCode.ERROR });
        expect(attributes['error.type']).toBe('MongoServerError');
      }
      expect(JSON.stringify(told)).not.toMatch(/canary|other/);
    } finally {
      await database.dropDatabase();
      await client.close();
      await sdk.shutdown();
    }
  });
});
