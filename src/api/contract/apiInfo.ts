/** Version of the REST interface, apart from that of the program. */
export const apiVersion = '1.0.0';

export const apiInfo = {
  title: 'assay',
  version: apiVersion,
  summary: 'Do the coins exist that the tokens claim?',
  description: [
    'Latest answers about wrapped bitcoin: custody reserves against token supply at named blocks,',
    'signed, and checkable offline. All data is public; no key is needed.',
    '',
    '- Amounts are decimal strings of integers. Their unit is in the field name (`sats`) or beside it',
    '  (`decimals`); `btc` is the same amount with all its places. Null is unknown, which is not zero.',
    '- Show `status`. An expired attestation is `stale`, whatever its verdict was.',
    '- Every error is a problem (RFC 9457) with a `code` of a closed set.',
    '- A client has a budget per minute: a request counts once, and once more for each 128 KiB of its answer.',
    '- Answers have an ETag and say how long they may be cached: never beyond their validity.',
  ].join('\n'),
  license: { name: 'MIT', identifier: 'MIT' },
};

export const apiTags = [
  { name: 'assets', description: 'Wrapped assets, their backing and their reserves.' },
  { name: 'tokens', description: 'From a token address to its backing.' },
  { name: 'attestations', description: 'Signed statements and their verification.' },
  { name: 'badges', description: 'The answer as an image, or for shields.io.' },
  { name: 'service', description: 'The contract, keys, health and metrics of the service.' },
];
