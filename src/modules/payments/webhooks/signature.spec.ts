import { createHmac } from 'node:crypto';
import { sign, verifySignature } from './signature';

const SECRET = 'a-secret-of-the-sandbox';
const NOW = new Date('2026-11-22T10:00:00.000Z');
const BODY = Buffer.from('{"id":"evt_1"}');

describe('A signature', () => {
  it('is t=<unix>,v1=<hex HMAC-SHA256 of "t.body">', () => {
    const digest = createHmac('sha256', SECRET).update('1795341600.{"id":"evt_1"}').digest('hex');
    expect(sign(BODY, [SECRET], NOW)).toBe(`t=1795341600,v1=${digest}`);
  });

  it('holds for each secret that is accepted, and for whichever of several signatures', () => {
    const header = sign(BODY, ['another-secret', SECRET], NOW);
    expect(() => verifySignature(BODY, header, [SECRET], NOW)).not.toThrow();
    expect(() => verifySignature(BODY, header, ['x', 'another-secret'], NOW)).not.toThrow();
    expect(() => verifySignature(BODY, header, ['x'], NOW)).toThrow(/signature/);
  });

  it('holds for five minutes either way', () => {
    const header = sign(BODY, [SECRET], NOW);
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    for (const seconds of [-300, 0, 300]) {
      expect(() => verifySignature(BODY, header, [SECRET], at(seconds))).not.toThrow();
    }
    for (const seconds of [-301, 301]) {
      expect(() => verifySignature(BODY, header, [SECRET], at(seconds))).toThrow(/signature/);
    }
  });

  it.each([undefined, '', 't', 't=,v1=', 't=1e3,v1=00', 't=NaN', ',,,', 't=1795341600'])(
    'is not %j',
    (header) => {
      expect(() => verifySignature(BODY, header, [SECRET], NOW)).toThrow(/signature/);
    },
  );

  it('with an empty list of secrets holds for nothing', () => {
    expect(() => verifySignature(BODY, sign(BODY, [''], NOW), [], NOW)).toThrow(/signature/);
  });
});
