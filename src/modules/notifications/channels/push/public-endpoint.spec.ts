import { endpointProblem, isPublicAddress, publicLookup } from './public-endpoint';

describe('Push endpoints', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com/abc',
    'https://93.184.216.34/push',
    'https://[2606:2800:220:1::1]/push',
  ])('on the public Internet are taken: %s', (endpoint) => {
    expect(endpointProblem(endpoint, false)).toBeNull();
  });

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/x',
    'https://user:password@push.example.org/x',
    'https://localhost/x',
    'https://localhost./x',
    'https://printer/x',
    'https://metadata.google.internal/x',
    'https://router.lan/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://0177.0.0.1/x',
    'https://10.0.0.7/x',
    'https://172.31.255.255/x',
    'https://192.168.1.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/x',
    'https://0.0.0.0/x',
    'https://[::1]/x',
    'https://[::]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:7f00:1]/x',
    'https://[64:ff9b::7f00:1]/x',
    'https://[fd00::1]/x',
    'https://[fe80::1]/x',
    'https://[2002:7f00:1::]/x',
    'ftp://push.example.org/x',
    'javascript:alert(1)',
    'no url',
    '',
  ])('anywhere else are refused: %s', (endpoint) => {
    expect(endpointProblem(endpoint, false)).not.toBeNull();
  });

  it('on this machine are taken where that is switched on, and no others are', () => {
    expect(endpointProblem('http://127.0.0.1:4000/x', true)).toBeNull();
    expect(endpointProblem('http://10.0.0.7/x', true)).not.toBeNull();
    expect(endpointProblem('http://169.254.169.254/x', true)).not.toBeNull();
  });

  it('whose name leads to this machine after all are not connected to', async () => {
    const error = await new Promise((resolve) => {
      publicLookup('localhost', { all: true }, (failure) => resolve(failure));
    });
    expect(String(error)).toContain('no public address');
    expect(isPublicAddress('127.0.0.1')).toBe(false);
    expect(isPublicAddress('93.184.216.34')).toBe(true);
  });
});
