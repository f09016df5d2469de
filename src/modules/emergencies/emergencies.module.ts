import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { EventsModule } from '../events/events.module';
import { NotificationsModule } from '../notifications/notifications.module';
import { ReportsModule } from '../reports/reports.module';
import { SocketsModule } from '../sockets/sockets.module';
import { TrustModule } from '../trust/trust.module';
import { UsersModule } from '../users/users.module';
import { AlertLedger } from './alerts/alert-ledger';
import { AlertedPeople } from './alerts/alerted-people';
import { AlertQueries } from './alerts/alert-queries';
import { AlertReceipts } from './alerts/alert-receipts';
import { MemberAlerts } from './alerts/member-alerts';
import { AnswerService } from './answer.service';
import { ConfirmationService } from './confirmation.service';
import { ContactJobs } from './contact-jobs';
import { DepartureService } from './departure.service';
import { AlertSources } from './dispatch/alert-sources';
import { Discovery } from './dispatch/discovery';
import { Dispatcher } from './dispatch/dispatcher';
import { EmergencySweeper } from './dispatch/emergency.sweeper';
import { MemberDiscovery } from './dispatch/member-discovery';
import { MemberDispatcher } from './dispatch/member-dispatcher';
import { WaveLeases } from './dispatch/wave-leases';
import { WaveWriter } from './dispatch/wave-writer';
import { AlertAttempts } from './escalation/alert-attempts';
import { AlertEscalation } from './escalation/alert-escalation';
import { AlertTexts } from './escalation/alert-texts';
import { EscalationSweeper } from './escalation/escalation.sweeper';
import { EmergenciesController } from './emergencies.controller';
import { EmergencyLocationService } from './emergency-location.service';
import { EmergencyAccess } from './emergency.access';
import { EmergencyGateway } from './emergency.gateway';
import { EmergencyQueries } from './emergency.queries';
import { EmergencyReports } from './emergency.reports';
import { EmergencyService } from './emergency.service';
import { EmergencyTimeline } from './emergency.timeline';
import { MessagesController } from './messages.controller';
import { ResponseService } from './response.service';
import { ResponsesController } from './responses.controller';
import { EmergencyGauges } from './metrics/emergency-gauges';
import { EmergencyMetrics } from './metrics/emergency-metrics';
import { ChatService } from './room/chat.service';
import { EmergencyDelivery } from './room/emergency-delivery';
import { LivePositions } from './room/live-positions.service';
import { LiveUpdates } from './room/live-updates';
import { Alert, AlertSchema } from './schemas/alert.schema';
import { Emergency, EmergencySchema } from './schemas/emergency.schema';
import { Message, MessageSchema } from './schemas/message.schema';
import { Position, PositionSchema } from './schemas/position.schema';
import { SharedEmergencies } from './shared-emergencies';
import { SosService } from './sos.service';
import { TrackedEmergencies } from './tracked-emergencies';
import { EmergencyErasure } from './emergency-erasure';
import { MessageRetention } from './message-retention';
import { EmergencyPersonalData } from './emergency.personal-data';

/** The SOS, from one tap to its end. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Emergency.name, schema: EmergencySchema },
      { name: Alert.name, schema: AlertSchema },
      { name: Message.name, schema: MessageSchema },
      { name: Position.name, schema: PositionSchema },
    ]),
    AuditModule,
    EventsModule,
    NotificationsModule,
    ReportsModule,
    SocketsModule,
    TrustModule,
    UsersModule,
  ],
  // `emergencies/alerts` before `emergencies/:id`
  controllers: [ResponsesController, MessagesController, EmergenciesController],
  providers: [
    AlertAttempts,
    AlertEscalation,
    AlertTexts,
    EmergencyErasure,
    EmergencyPersonalData,
    MessageRetention,
    AlertLedger,
    AlertQueries,
    AnswerService,
    AlertReceipts,
    ChatService,
    ConfirmationService,
    ContactJobs,
    DepartureService,
    AlertSources,
    AlertedPeople,
    Discovery,
    Dispatcher,
    MemberAlerts,
    MemberDiscovery,
    MemberDispatcher,
    WaveLeases,
    WaveWriter,
    EmergencyAccess,
    EmergencyDelivery,
    EmergencyGateway,
    EmergencyGauges,
    EmergencyLocationService,
    EmergencyMetrics,
    EmergencyQueries,
    EmergencyReports,
    EmergencyService,
    EmergencySweeper,
    EmergencyTimeline,
    EscalationSweeper,
    LivePositions,
    LiveUpdates,
    ResponseService,
    SharedEmergencies,
    SosService,
    TrackedEmergencies,
  ],
  // For organizations: whom to alert beside the helpers, and what of it ends with a membership. For tracking: the
  // last two.
  exports: [AlertSources, MemberAlerts, SharedEmergencies, ContactJobs, TrackedEmergencies],
})
export class EmergenciesModule {}
