import { Global, Logger, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { ConfigType } from '@nestjs/config';
import mongoose, { type Connection } from 'mongoose';
import { databaseConfig } from '../../config/database.config';
import { DatabaseMetrics } from './database-metrics';
import { isTracingWanted } from '../tracing/tracing-wanted';
import { traceCommands } from './database-tracing';
import { DatabaseReadiness } from './database-readiness';
import { TransactionRunner } from './transaction-runner';

// Models join the transaction they are called in, without the session being handed through.
mongoose.set('transactionAsyncLocalStorage', true);
mongoose.set('strictQuery', 'throw');

/** The connection to MongoDB and the transactions on it. */
@Global()
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [databaseConfig.KEY, DatabaseMetrics],
      useFactory: (config: ConfigType<typeof databaseConfig>, metrics: DatabaseMetrics) => {
        if (!config.uri)
          throw new Error('MONGODB_URI is not set and no embedded database was started.');
        const traced = isTracingWanted(process.env);
        return {
          uri: config.uri,
          dbName: config.name,
          // The server is not ready before its unique indexes exist: DatabaseReadiness builds them and waits.
          autoIndex: false,
          // While no primary can be reached a request fails in seconds instead of hanging for the default 30.
          serverSelectionTimeoutMS: 5000,
          // A primary that hangs without being dead answers nothing. Requests are given up before
          // (RequestLimitInterceptor); this ends what is left of them, and sweeps. The change stream answers by itself.
          socketTimeoutMS: 10_000,
          // Mongoose would hold commands back for another 10 s of its own.
          bufferCommands: false,
          maxPoolSize: 32,
          retryAttempts: 3,
          retryDelay: 500,
          writeConcern: { w: 'majority', journal: true },
          // Only when tracing: where the URI asks for it, it stays.
          ...(traced ? { monitorCommands: true } : {}),
          onConnectionCreate: (connection: Connection) => {
            metrics.watch(connection.getClient());
            if (traced) traceCommands(connection.getClient());
          },
          connectionFactory: (connection: Connection) => {
            connection.on('error', (error: Error) =>
              new Logger('MongoDB').error(`Connection: ${error.message}`),
            );
            return connection;
          },
        };
      },
    }),
  ],
  providers: [TransactionRunner, DatabaseReadiness, DatabaseMetrics],
  exports: [TransactionRunner, DatabaseReadiness, DatabaseMetrics],
})
export class DatabaseModule {}
