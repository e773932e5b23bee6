import { describe, expect, it } from 'vitest';
import { parseDebianMirrors } from '../../../devnet/parseDebianMirrors.ts';

describe('parseDebianMirrors', () => {
  it('reads deb822 stanzas and leaves out security, disabled and foreign archives', () => {
    const text = [
      'Types: deb deb-src',
      '# URIs: http://snapshot.debian.org/archive/debian/20250520T000000Z',
      'URIs: http://mirror.example/debian/ https://second.example/debian',
      'Suites: trixie trixie-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp',
      '',
      'Types: deb',
      'URIs: http://mirror.example/debian-security',
      'Suites: trixie-security',
      'Components: main',
      '',
      'Enabled: no',
      'Types: deb',
      'URIs: http://disabled.example/debian',
      'Suites: trixie',
      'Components: main',
      '',
      'Types: deb',
      'URIs: https://packages.example/node_24.x',
      'Suites: nodistro',
      'Components: main',
    ].join('\n');
    const keyring = '/usr/share/keyrings/debian-archive-keyring.pgp';
    expect(parseDebianMirrors([{ name: 'debian.sources', text }])).toEqual([
      { uri: 'http://mirror.example/debian', keyring },
      { uri: 'https://second.example/debian', keyring },
    ]);
  });

  it('reads one-line sources with and without options, and never carries trust over', () => {
    const text = [
      'deb http://plain.example/debian bookworm main contrib # the near one',
      'deb [arch=amd64 signed-by=/etc/apt/keyrings/d.gpg trusted=yes] http://opt.example/debian sid main',
      'deb-src http://source.example/debian bookworm main',
      '# deb http://off.example/debian bookworm main',
      'deb cdrom:[Debian GNU/Linux]/ bookworm main',
      'deb http://security.debian.org/debian-security bookworm-security main',
      'deb mirror+file:///etc/apt/mirrors/debian.list bookworm main',
    ].join('\n');
    expect(parseDebianMirrors([{ name: 'sources.list', text }])).toEqual([
      { uri: 'http://plain.example/debian', keyring: undefined },
      { uri: 'http://opt.example/debian', keyring: '/etc/apt/keyrings/d.gpg' },
      { uri: 'mirror+file:///etc/apt/mirrors/debian.list', keyring: undefined },
    ]);
  });

  it('names a mirror once, and takes an embedded key for no file', () => {
    const stanza = [
      'Types: deb',
      'URIs: http://mirror.example/debian',
      'Suites: sid',
      'Components: main',
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw',
      ' -----END PGP PUBLIC KEY BLOCK-----',
    ].join('\n');
    const files = [
      { name: 'a.sources', text: stanza },
      { name: 'b.list', text: 'deb http://mirror.example/debian/ sid main' },
    ];
    expect(parseDebianMirrors(files)).toEqual([
      { uri: 'http://mirror.example/debian', keyring: undefined },
    ]);
  });
});
