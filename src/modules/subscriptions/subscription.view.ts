import type { Types } from 'mongoose';
import { type Plan, planOf } from '../../common/entitlements/plans';
import { TIERS } from '../../common/entitlements/tiers';
import type { PlanView, SubscriptionDto } from './dto/subscription.view.dto';
import type { Subscription } from './schemas/subscription.schema';

/** A subscription as its payer or a manager of its subject sees it. Who pays is not told: they may have left. */
export function subscriptionView(
  subscription: Subscription,
  viewer: Types.ObjectId,
): SubscriptionDto {
  const { subject, plan, pendingChange } = subscription;
  const { tier, price } = planOf(plan);
  return {
    id: subscription._id.toHexString(),
    subject: { kind: subject.kind, id: subject.id.toHexString() },
    plan,
    tier,
    price: { ...price },
    status: subscription.status,
    seq: subscription.seq,
    yours: subscription.payer.equals(viewer),
    currentPeriodEnd: iso(subscription.currentPeriodEnd),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    pendingPlan: pendingChange?.plan ?? null,
    graceUntil: iso(subscription.graceUntil),
    createdAt: subscription.createdAt.toISOString(),
    activatedAt: iso(subscription.activatedAt),
    endedAt: iso(subscription.endedAt),
    endReason: subscription.endReason,
  };
}

export function planView({ id, kind, tier, price }: Plan): PlanView {
  const { organizationMembers, promotionsAtOnce } = TIERS[tier];
  const forOrganization = kind === 'organization';
  return {
    id,
    kind,
    tier,
    price: { ...price },
    limits: {
      members: forOrganization ? organizationMembers : null,
      promotionsAtOnce: forOrganization ? null : promotionsAtOnce,
    },
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
