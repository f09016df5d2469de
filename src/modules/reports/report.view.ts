import type { QueuedReportView, ReportView } from './dto/report.view';
import type { Report, ReportClaim } from './schemas/report.schema';

/** What the reporter sees: their own words alone, nothing of whose the thing is. */
export function toReportView({
  _id,
  subject,
  reason,
  text,
  status,
  createdAt,
}: Report): ReportView {
  return {
    id: _id.toHexString(),
    subject: { kind: subject.kind, id: subject.id.toHexString() },
    reason,
    text,
    status,
    createdAt: createdAt.toISOString(),
  };
}

export function toQueuedReportView(report: Report): QueuedReportView {
  return {
    ...toReportView(report),
    reporterId: report.reporter.toHexString(),
    ownerId: report.owner?.toHexString() ?? null,
    evidence: report.evidence,
    // Absent from reports that are older than these.
    claim: report.claim ? toClaimView(report.claim) : null,
    decisionId: report.decision?.toHexString() ?? null,
  };
}

function toClaimView({ by, until }: ReportClaim): QueuedReportView['claim'] {
  return { moderatorId: by.toHexString(), until: until.toISOString() };
}
