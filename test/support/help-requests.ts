import type {
  HelpMessageDto,
  HelpOfferDto,
  HelpRequestDto,
} from '../../src/modules/help-requests/dto/help-request.view.dto';
import type { HelpEventDto } from '../../src/modules/help-requests/dto/timeline.dto';
import { HelpRequestSweeper } from '../../src/modules/help-requests/help-request.sweeper';
import type { Place } from '../../src/common/geo/geo';
import { type Answer, type Json, must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { somewhere } from './emergencies';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Somebody who asks for help with a sofa, those who could help, and the request. */
export interface HelpScene {
  place: Place;
  requester: TestActor;
  helpers: TestActor[];
  id: string;
}

export async function helpScene(
  server: TestApp,
  helperCount: number,
  request: Json = {},
): Promise<HelpScene> {
  const place = somewhere();
  const requester = await register(server, { displayName: 'Rita Requester' });
  const helpers: TestActor[] = [];
  for (let index = 0; index < helperCount; index += 1) {
    helpers.push(await register(server, { displayName: `Helper ${index + 1}` }));
  }
  const { id } = must(await ask(requester, { location: place, ...request })).data;
  return { place, requester, helpers, id };
}

/** Asks for help; what is not said is a sofa to carry. */
export function ask(requester: TestActor, request: Json): Promise<Answer<HelpRequestDto>> {
  return requester.post<HelpRequestDto>('/help-requests', {
    title: 'Carry a sofa',
    description: 'Third floor, no lift.',
    category: 'moving',
    ...request,
  });
}

export function offer(
  helper: TestActor,
  id: string,
  fields: Json = {},
): Promise<Answer<HelpOfferDto>> {
  return helper.post<HelpOfferDto>(`/help-requests/${id}/offers`, {
    message: 'I have a van.',
    ...fields,
  });
}

export function acceptOffer(
  requester: TestActor,
  id: string,
  offerId: string,
): Promise<Answer<HelpRequestDto>> {
  return requester.post<HelpRequestDto>(`/help-requests/${id}/offers/${offerId}/accept`);
}

export type HelpStep = 'start' | 'done' | 'objection' | 'complete' | 'withdraw' | 'cancel';

export function helpStep(
  actor: TestActor,
  id: string,
  step: HelpStep,
  body?: Json,
): Promise<Answer<HelpRequestDto>> {
  return actor.post<HelpRequestDto>(`/help-requests/${id}/${step}`, body);
}

export function look(actor: TestActor, id: string): Promise<Answer<HelpRequestDto>> {
  return actor.get<HelpRequestDto>(`/help-requests/${id}`);
}

export function write(
  actor: TestActor,
  id: string,
  offerId: string,
  body: Json,
): Promise<Answer<HelpMessageDto>> {
  return actor.post<HelpMessageDto>(`/help-requests/${id}/offers/${offerId}/messages`, body);
}

export async function threadOf(
  actor: TestActor,
  id: string,
  offerId: string,
): Promise<HelpMessageDto[]> {
  const path = `/help-requests/${id}/offers/${offerId}/messages`;
  return must(await actor.get<Page<HelpMessageDto>>(path)).data.items;
}

export async function offersFor(actor: TestActor, id: string): Promise<HelpOfferDto[]> {
  return must(await actor.get<Page<HelpOfferDto>>(`/help-requests/${id}/offers`)).data.items;
}

export async function timelineOf(
  actor: TestActor,
  id: string,
  afterSeq = 0,
): Promise<HelpEventDto[]> {
  const path = `/help-requests/${id}/events?afterSeq=${afterSeq}`;
  return must(await actor.get<Page<HelpEventDto>>(path)).data.items;
}

/** One page of the feed. */
export function feed(
  actor: TestActor,
  query: Record<string, string | number | boolean> = {},
): Promise<Answer<Page<HelpRequestDto>>> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return actor.get<Page<HelpRequestDto>>(`/help-requests?${search.toString()}`);
}

/** A request whose first helper's offer was accepted; the others' offers are open. */
export async function acceptedScene(
  server: TestApp,
  helperCount = 1,
  request: Json = {},
): Promise<HelpScene & { helper: TestActor; offerIds: string[]; offerId: string }> {
  const scene = await helpScene(server, helperCount, request);
  const offerIds: string[] = [];
  for (const helper of scene.helpers) {
    offerIds.push(must(await offer(helper, scene.id)).data.id);
  }
  const [helper] = scene.helpers;
  const [offerId] = offerIds;
  if (!helper || offerId === undefined) throw new Error('A scene needs a helper.');
  must(await acceptOffer(scene.requester, scene.id, offerId));
  return { ...scene, helper, offerIds, offerId };
}

/** The same with the work begun. */
export async function startedScene(
  server: TestApp,
  helperCount = 1,
): Promise<Awaited<ReturnType<typeof acceptedScene>>> {
  const scene = await acceptedScene(server, helperCount);
  must(await helpStep(scene.helper, scene.id, 'start'));
  return scene;
}

/** One round of what is due by the test's clock. */
export function sweepHelpRequests(server: TestApp): Promise<void> {
  return server.get(HelpRequestSweeper).sweep();
}
