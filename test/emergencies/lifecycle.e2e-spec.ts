import type { EmergencyDto } from '../../src/modules/emergencies/dto/emergency.view.dto';
import type { TimelineEventDto } from '../../src/modules/emergencies/dto/timeline-event.dto';
import { register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

const HOME = { latitude: 51.3397, longitude: 12.3731 };

describe('An SOS, from one tap to its end', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterAll(() => server.close());

  const timeline = async (actor: TestActor, id: string): Promise<TimelineEventDto[]> => {
    const { data } = await actor.get<{ items: TimelineEventDto[] }>(
      `/emergencies/${id}/events?limit=100`,
    );
    return data.items;
  };

  it('is raised, accepted, answered on the spot and resolved, and its timeline tells it without gaps', async () => {
    const requester = await register(server, { displayName: 'Mira', phone: '+4915112345678' });
    const helper = await verifiedHelper(server, { latitude: 51.341, longitude: 12.374 });

    const raised = await requester.post<EmergencyDto>('/emergencies', {
      type: 'medical',
      location: HOME,
      description: 'Chest pain',
    });
    expect(raised.status).toBe(201);
    expect(raised.data).toMatchObject({
      status: 'active',
      seq: 1,
      requester: { displayName: 'Mira' },
      location: { ...HOME, precision: 'exact', source: 'device' },
      alertCounts: { queued: 1 },
      viewer: { role: 'requester' },
    });
    const { id } = raised.data;

    const alerts = await helper.get<{ items: { emergencyId: string }[] }>('/emergencies/alerts');
    expect(alerts.data.items.map(({ emergencyId }) => emergencyId)).toEqual([id]);

    const accepted = await helper.post<EmergencyDto>(`/emergencies/${id}/responses`, {
      answer: 'accept',
      etaSeconds: 120,
    });
    expect(accepted.status).toBe(200);
    expect(accepted.data).toMatchObject({
      status: 'responding',
      requester: { displayName: 'Mira', phone: '+4915112345678' },
      location: { ...HOME, precision: 'exact' },
      viewer: { role: 'helper', responseStatus: 'accepted' },
    });

    for (const status of ['on_way', 'arrived', 'completed']) {
      const step = await helper.patch<EmergencyDto>(`/emergencies/${id}/responses/me`, { status });
      expect(step.data.viewer.responseStatus).toBe(status);
    }
    const resolved = await requester.post<EmergencyDto>(`/emergencies/${id}/resolve`, {
      outcome: 'helped',
    });
    expect(resolved.data).toMatchObject({ status: 'resolved', outcome: 'helped' });

    const events = await timeline(requester, id);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'emergency.created'],
      [2, 'helper.joined'],
      [3, 'emergency.status_changed'],
      [4, 'helper.status_changed'],
      [5, 'helper.status_changed'],
      [6, 'helper.status_changed'],
      [7, 'emergency.resolved'],
    ]);
    expect((await requester.get('/emergencies/active')).data).toBeNull();
  });
});
