import { EscalationSweeper } from '../../src/modules/emergencies/escalation/escalation.sweeper';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { ContactSweeper } from '../../src/modules/tracking/contacts/contact.sweeper';
import type { TestApp } from './app';
import { type Mail, mailsTo } from './outbox';

/** Lets time pass, and this node do what is due then: escalate alerts, tell contacts, and send. */
export async function pass(server: TestApp, milliseconds = 0): Promise<void> {
  server.clock.advance(milliseconds);
  for (const sweeper of [server.get(EscalationSweeper), server.get(ContactSweeper)]) {
    // The first may join a round that looked before the clock was moved.
    await sweeper.sweep();
    await sweeper.sweep();
  }
  await server.get(DeliveryWorker).settled();
}

/** The short messages that went to a telephone. */
export async function textsTo(server: TestApp, phone: string): Promise<Mail[]> {
  return (await mailsTo(server, phone)).filter(({ channel }) => channel === 'sms');
}
