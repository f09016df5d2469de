import type { Emergency } from './client/contract';
import type { Helper } from './client/helper';
import { kilometres } from './output/journal';
import { planAnswers, playAnswer, sceneEnd } from './stories/answers';
import { everybodyGoesHome } from './stories/sos';
import type { Stage } from './stories/stage';

/** Alerts of one wave come within milliseconds; after this long everybody has theirs. */
const WAVE_MS = 500;
const ENDINGS = ['emergency.resolved', 'emergency.cancelled', 'emergency.expired'];

/**
 * After the stories the town goes on living: whoever raises an SOS by hand, in Swagger say, is answered by the helpers who
 * are online, by the rates of the field.
 */
export function keepAnswering(stage: Stage): void {
  const online = stage.helpers.filter(({ connected }) => connected);
  const underWay = new Map<string, AbortController>();
  for (const { person } of online) {
    person.live.onHeard(({ name, event }) => {
      const id = event.subjectId;
      const end = underWay.get(id);
      if (end && !end.signal.aborted && ENDINGS.includes(name)) endScene(stage, id, end);
      if (name !== 'emergency.created' || end) return;
      const begun = sceneEnd();
      underWay.set(id, begun);
      setTimeout(() => answer(stage, online, id, begun.signal), WAVE_MS);
    });
  }
}

function endScene(stage: Stage, emergencyId: string, end: AbortController): void {
  end.abort();
  stage.journal.say(`SOS ${emergencyId} has ended; everybody goes home`);
  everybodyGoesHome(stage).catch((error: unknown) => stage.journal.say(String(error)));
}

function answer(stage: Stage, online: Helper[], emergencyId: string, signal: AbortSignal): void {
  const { journal, pace, random } = stage;
  const alerted = online.filter((helper) => helper.alerts(emergencyId).length > 0);
  journal.say(`SOS ${emergencyId}: ${alerted.length} helpers online are alerted`);
  const onAccepted = (helper: Helper, { location }: Emergency): void => {
    const way = location ? `, ${kilometres(helper.distanceTo(location))} away` : '';
    journal.say(`SOS ${emergencyId}: ${helper.name} accepts${way}`);
  };
  const onArrived = (helper: Helper): void => {
    journal.say(`SOS ${emergencyId}: ${helper.name} has arrived`);
  };
  for (const plan of planAnswers(alerted, random)) {
    const scene = { emergencyId, pace, signal, onAccepted, onArrived };
    playAnswer(plan, scene).catch((error: unknown) => {
      // Whoever plays by hand may end it at any moment, and an answer that comes later is refused.
      if (!signal.aborted) journal.say(`SOS ${emergencyId}: ${String(error)}`);
    });
  }
}
