import { isIPv4 } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';

const remembered = 10_000;

/**
 * By what a client is counted: its IPv4 address, or the /64 network of its IPv6 address, of which one
 * subscriber has all. Results are remembered, since an IPv6 address is slow to read.
 */
export function createClientKey(): (ip: string) => string {
  const known = new Map<string, string>();
  return (ip) => {
    const found = known.get(ip);
    if (found !== undefined) return found;
    const key = isIPv4(ip) ? ip : normalizeIP(ip);
    if (known.size >= remembered) known.clear();
    known.set(ip, key);
    return key;
  };
}
