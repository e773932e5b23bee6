import { z } from 'zod';

/** A contract in a registry file; `parseContract` holds it to its chain's own form. */
export function contractText() {
  return z.string().max(171).meta({
    description: 'CAIP-10: chain:address, such as eip155:1:0x…, with its EIP-55 checksum.',
    pattern: '^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{1,128}$',
  });
}
