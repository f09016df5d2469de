import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { RolesGuard } from './common/auth/roles.guard';
import { CommonModule } from './common/common.module';
import { DatabaseModule } from './common/database/database.module';
import { HttpExceptionFilter } from './common/errors/http-exception.filter';
import { FilesModule } from './common/files/files.module';
import { EnvelopeInterceptor } from './common/http/envelope.interceptor';
import { HttpDrain } from './common/http/http-drain';
import { HttpMetrics } from './common/http/http-metrics';
import { IdempotencyModule } from './common/idempotency/idempotency.module';
import { RequestLimitInterceptor } from './common/request-limit.interceptor';
import { RequestLoggingModule } from './common/http/request-logging.module';
import { createValidationPipe } from './common/http/validation.pipe';
import { RedisModule } from './common/redis/redis.module';
import { RateLimitGuard } from './common/throttle/rate-limit.guard';
import { ThrottleModule } from './common/throttle/throttle.module';
import { configuration } from './config/configuration';
import { AdminModule } from './modules/admin/admin.module';
import { AppealsModule } from './modules/appeals/appeals.module';
import { AuthModule } from './modules/auth/auth.module';
import { JwtAuthGuard } from './modules/auth/jwt-auth.guard';
import { BusinessesModule } from './modules/businesses/businesses.module';
import { DataProtectionModule } from './modules/data-protection/data-protection.module';
import { PersonalDataModule } from './modules/data-protection/personal-data.module';
import { EmergenciesModule } from './modules/emergencies/emergencies.module';
import { EventsModule } from './modules/events/events.module';
import { FileLinksModule } from './modules/files/file-links.module';
import { HealthModule } from './modules/health/health.module';
import { HelpRequestsModule } from './modules/help-requests/help-requests.module';
import { MetricsModule } from './modules/metrics/metrics.module';
import { NotificationsModule } from './modules/notifications/notifications.module';
import { OrganizationsModule } from './modules/organizations/organizations.module';
import { PaymentsModule } from './modules/payments/payments.module';
import { ReportsModule } from './modules/reports/reports.module';
import { SkillsModule } from './modules/skills/skills.module';
import { SubscriptionsModule } from './modules/subscriptions/subscriptions.module';
import { TrackingModule } from './modules/tracking/tracking.module';
import { TrustModule } from './modules/trust/trust.module';
import { UsersModule } from './modules/users/users.module';
import { VerificationModule } from './modules/verification/verification.module';

@Module({
  imports: [
    configuration,
    CommonModule,
    RequestLoggingModule,
    DatabaseModule,
    RedisModule,
    FilesModule,
    ThrottleModule,
    PersonalDataModule,
    EventsModule,
    UsersModule,
    AuthModule,
    AdminModule,
    DataProtectionModule,
    AppealsModule,
    EmergenciesModule,
    BusinessesModule,
    FileLinksModule,
    HelpRequestsModule,
    NotificationsModule,
    OrganizationsModule,
    PaymentsModule,
    ReportsModule,
    SkillsModule,
    SubscriptionsModule,
    TrackingModule,
    VerificationModule,
    TrustModule,
    IdempotencyModule,
    HealthModule,
    MetricsModule,
  ],
  providers: [
    HttpDrain,
    HttpMetrics,
    { provide: APP_PIPE, useFactory: createValidationPipe },
    { provide: APP_FILTER, useClass: HttpExceptionFilter },
    // In this order: who asks, how often, and whether they may.
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
    // Around everything else that works on a request.
    { provide: APP_INTERCEPTOR, useClass: RequestLimitInterceptor },
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
  ],
})
export class AppModule {}
