import { BlockList, isIP } from 'node:net';
import { EspawsError } from '../../errors.ts';
import type { PortServerOptions } from '../../port.ts';

/**
 * Who may connect, by address. Throws `usage/invalid` for a list that cannot be read, and for an address that other
 * machines reach without a token or a list.
 */
export function accessRule({
  host,
  token,
  allow,
}: Pick<PortServerOptions, 'host' | 'token' | 'allow'>): (address: string) => boolean {
  if (token === '')
    throw new EspawsError('The token is empty.', { code: 'usage/invalid', hint: 'Give one.' });
  if (allow === undefined || allow.length === 0) {
    if (token === undefined && !isLoopback(host)) {
      throw new EspawsError(`Everybody who reaches "${host}" could use the port.`, {
        code: 'usage/invalid',
        hint: 'Give --token TOKEN or --allow CIDR, or listen on 127.0.0.1.',
      });
    }
    return () => true;
  }
  const list = new BlockList();
  for (const block of allow) add(list, block);
  return (address) => {
    // A socket of both families shows IPv4 as ::ffff:1.2.3.4 (RFC 4291, 2.5.5.2).
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}

function add(list: BlockList, block: string): void {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(block) ?? [];
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  const length = prefix === undefined ? longest : Number(prefix);
  if (isIP(address) === 0 || length > longest) {
    throw new EspawsError(`"${block}" is not an address or a CIDR block.`, {
      code: 'usage/invalid',
      hint: 'For example: 192.168.1.20, or 192.168.1.0/24',
    });
  }
  list.addSubnet(address, length, family);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
