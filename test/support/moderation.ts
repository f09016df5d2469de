import type { ReportCaseView, ReportView } from '../../src/modules/reports/dto/report.view';
import { type Answer, type Json, must, type TestActor } from './actors';

/** Reports a thing; gives the id of the report. */
export async function reported(by: TestActor, kind: string, id: string): Promise<string> {
  const body = { subject: { kind, id }, reason: 'abuse', text: 'This is not right.' };
  return must(await by.post<ReportView>('/reports', body)).data.id;
}

export function claim(moderator: TestActor, report: string): Promise<Answer<ReportCaseView>> {
  return moderator.post<ReportCaseView>(`/admin/reports/${report}/claim`);
}

/** Decides a report that is claimed. */
export function decide(
  moderator: TestActor,
  report: string,
  action: string,
  more: Json = {},
): Promise<Answer<ReportCaseView>> {
  return moderator.post<ReportCaseView>(`/admin/reports/${report}/decide`, {
    action,
    reason: 'They asked for money first.',
    ...more,
  });
}

/** Claims and decides. */
export async function settle(
  moderator: TestActor,
  report: string,
  action: string,
  more: Json = {},
): Promise<ReportCaseView> {
  must(await claim(moderator, report));
  return must(await decide(moderator, report, action, more)).data;
}

/** The report of a person, decided: warned, suspended, banned. */
export async function punish(
  moderator: TestActor,
  reporter: TestActor,
  person: TestActor,
  action: string,
  more: Json = {},
): Promise<ReportCaseView> {
  return settle(moderator, await reported(reporter, 'user', person.id), action, more);
}
