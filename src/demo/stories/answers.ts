import { setMaxListeners } from 'node:events';
import { must } from '../client/api-client';
import type { Emergency } from '../client/contract';
import type { Helper } from '../client/helper';
import {
  ACCEPTS,
  ARRIVES,
  DECLINE_REASONS,
  SAYS_NO,
  SEES,
  SETS_OUT_AFTER_SECONDS,
  SETTING_OUT_SPREAD,
} from '../field';
import type { Pace } from '../pace';
import type { Random } from '../random';

export type Part = 'misses it' | 'keeps silent' | 'declines' | 'accepts' | 'comes';

/** What one alerted helper is going to do; times in seconds of the story after the alert. */
export interface Plan {
  helper: Helper;
  part: Part;
  seesAfter: number;
  answersAfter: number;
  setsOutAfter: number;
  reason: string;
}

export interface Scene {
  emergencyId: string;
  pace: Pace;
  /** Ends whatever is under way. */
  signal: AbortSignal;
  onAccepted?(helper: Helper, emergency: Emergency): void;
  onArrived?(helper: Helper): void;
}

/**
 * Gives each alerted helper a part by the rates of docs/design.md, by quota rather than by dice: of 40 helpers, 30 see the
 * alert, 15 accept and 11 come, whatever the seed; the seed decides who.
 */
export function planAnswers(alerted: Helper[], random: Random): Plan[] {
  const quota = (rate: number): number => Math.round(alerted.length * rate);
  const comes = Math.max(1, quota(ARRIVES));
  const accepts = Math.max(comes, quota(ACCEPTS));
  const sees = Math.max(accepts, quota(SEES));
  const declines = accepts + Math.round((sees - accepts) * SAYS_NO);
  return random.shuffled(alerted).map((helper, index) => {
    const setsOutAfter = random.logNormal(SETS_OUT_AFTER_SECONDS, SETTING_OUT_SPREAD);
    const part: Part =
      index < comes
        ? 'comes'
        : index < accepts
          ? 'accepts'
          : index < declines
            ? 'declines'
            : index < sees
              ? 'keeps silent'
              : 'misses it';
    return {
      helper,
      part,
      seesAfter: setsOutAfter * random.between(0.1, 0.4),
      answersAfter: setsOutAfter * random.between(0.5, 0.9),
      setsOutAfter,
      reason: reasonToDecline(random),
    };
  });
}

/** What ends a scene: many wait for it at once, which Node would take for a leak. */
export function sceneEnd(): AbortController {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  return end;
}

/** Plays one helper's part, through the API and the socket, until it is over or the signal ends it. */
export async function playAnswer(plan: Plan, scene: Scene): Promise<void> {
  const { helper, part, seesAfter, answersAfter, setsOutAfter } = plan;
  const { emergencyId, pace, signal } = scene;
  if (part === 'misses it' || !(await pace.wait(seesAfter, signal))) return;
  await helper.sees(emergencyId);
  if (part === 'keeps silent' || !(await pace.wait(answersAfter - seesAfter, signal))) return;
  if (part === 'declines') {
    must(await helper.decline(emergencyId, plan.reason));
    return;
  }
  const accepted = must(await helper.accept(emergencyId));
  scene.onAccepted?.(helper, accepted);
  const { location } = accepted;
  if (!location) return;
  if (part === 'accepts' || !(await pace.wait(setsOutAfter - answersAfter, signal))) return;
  must(await helper.step(emergencyId, 'on_way', helper.secondsTo(location)));
  if (!(await helper.travelTo(location, pace, signal))) return;
  must(await helper.step(emergencyId, 'arrived'));
  scene.onArrived?.(helper);
}

function reasonToDecline(random: Random): string {
  let left = random.next();
  const found = DECLINE_REASONS.find(({ share }) => (left -= share) < 0);
  return found?.reason ?? 'Something else';
}
