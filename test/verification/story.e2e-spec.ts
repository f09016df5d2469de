import { Types } from 'mongoose';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { closeSockets, TestSocket } from '../support/sockets';
import {
  askFor,
  jpeg,
  type OwnVerification,
  PDF,
  type Verification,
} from '../support/verification';

describe('Being verified', () => {
  let server: TestApp;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    moderator = await staff(server, 'moderator');
  });

  afterEach(closeSockets);
  afterAll(() => server.close());

  const own = async (person: TestActor): Promise<OwnVerification> =>
    must(await person.get<OwnVerification>('/users/me/verification')).data;
  const opened = async (by: TestActor, id: string): Promise<Verification> =>
    must(await by.get<Verification>(`/admin/verifications/${id}`)).data;
  const download = (by: TestActor | null, url = ''): Promise<Response> =>
    fetch(`${server.url}${new URL(url).pathname}`, {
      headers: by ? { authorization: `Bearer ${by.token}` } : {},
    });
  const audited = (id: string): Promise<{ action: string }[]> =>
    server.connection
      .collection<{ action: string; target: unknown }>('audit_log')
      .find({ target: new Types.ObjectId(id) })
      .sort({ _id: 1 })
      .toArray();

  it('goes from a form with documents by a moderator who looks at each to a helper who can be alerted, told live', async () => {
    const person = await register(server, { displayName: 'Ada Applicant' });
    expect(await own(person)).toEqual({ verified: false, verifiedUntil: null, latest: null });
    const socket = await TestSocket.connect(person);
    const photo = jpeg(300_000);
    const { status, data } = await askFor(person, { note: ' The course was in May. ' }, [
      photo,
      PDF,
    ]);
    expect(status).toBe(201);
    expect(data).toEqual({
      verified: false,
      verifiedUntil: null,
      latest: expect.objectContaining({
        kind: 'first_aid',
        status: 'pending',
        note: 'The course was in May.',
        documents: [
          { id: expect.any(String), contentType: 'image/jpeg', bytes: photo.content.length },
          { id: expect.any(String), contentType: 'application/pdf', bytes: PDF.content.length },
        ],
      }),
    });
    const id = data.latest?.id ?? '';

    const queue = must(await moderator.get<{ items: Verification[] }>('/admin/verifications')).data;
    expect(queue.items.find((one) => one.id === id)).toMatchObject({
      user: { id: person.id, displayName: 'Ada Applicant' },
      status: 'pending',
    });
    const { documents } = await opened(moderator, id);
    const first = await download(moderator, documents[0]?.url);
    expect(first.headers.get('content-type')).toBe('image/jpeg');
    expect(first.headers.get('content-disposition')).toBe(
      `attachment; filename="document-${documents[0]?.id}.jpg"`,
    );
    expect(Buffer.from(await first.arrayBuffer()).equals(photo.content)).toBe(true);
    expect(await (await download(moderator, documents[1]?.url)).text()).toBe(
      PDF.content.toString(),
    );

    const approved = must(
      await moderator.post<Verification>(`/admin/verifications/${id}/approve`, {}),
    ).data;
    expect(approved).toMatchObject({ status: 'approved', decidedBy: moderator.id });
    expect(await own(person)).toMatchObject({
      verified: true,
      verifiedUntil: approved.validUntil,
      latest: { status: 'approved' },
    });
    expect(must(await person.get('/auth/me')).data).toMatchObject({ verified: true });
    await eventually(() =>
      expect(socket.events.filter(({ kind }) => kind === 'verification')).toMatchObject([
        { name: 'verification.requested', seq: 1, subjectId: id, data: { id } },
        { name: 'verification.approved', seq: 2, subjectId: id, data: { id, status: 'approved' } },
      ]),
    );
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'seen.verification',
      'seen.verification.document',
      'seen.verification.document',
      'verification.approved',
    ]);
  });
});
