import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** Addresses that are not on the public Internet (RFC 6890 and its successors). */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Of IPv6 only global unicast is public, without what is for documents or leads into IPv4 (Teredo, 6to4). */
const PUBLIC_V6 = ['2000::', 3] as const;
const NOT_PUBLIC_V6 = [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of NOT_PUBLIC_V6) notPublic.addSubnet(network, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet(...PUBLIC_V6, 'ipv6');

const LOCAL_NAME = /(^|\.)(localhost|local|internal|lan|home\.arpa|home|corp|intranet)$/i;

/** True for an IP address that is reached over the public Internet. */
export function isPublicAddress(address: string): boolean {
  return isIPv4(address)
    ? !notPublic.check(address, 'ipv4')
    : globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/**
 * Threat: the server sends requests to addresses that people give it, so they could have it knock at what only it can reach
 * (SSRF). Names are looked at here, what they resolve to when the connection is made (`publicLookup`).
 *
 * @param loopback also takes endpoints on this machine, by http too: for tests and development.
 * @returns what is wrong with it, or null.
 */
export function endpointProblem(endpoint: string, loopback: boolean): string | null {
  if (!URL.canParse(endpoint)) return 'must be a URL';
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (loopback && isLoopback(host)) return null;
  if (protocol !== 'https:') return 'must be an https URL';
  if (username || password) return 'must not hold a user name or a password';
  // Every push service listens there; other ports are only good for looking what else does.
  if (port !== '') return 'must use the port of https, 443';
  if (isIP(host) ? !isPublicAddress(host) : !host.includes('.') || LOCAL_NAME.test(host)) {
    return 'must be the address of a public push service';
  }
  return null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Resolves names to public addresses alone. What it finds is what is connected to, so that no second answer can differ. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const found = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = found;
    if (!first) return callback(new Error('resolves to no public address'), '', 0);
    if (options.all) return callback(null, found);
    callback(null, first.address, first.family);
  });
};
