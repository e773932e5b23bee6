/** A Debian archive that the machine already uses. */
export type DebianMirror = {
  /** The archive's root, such as `http://mirror.example/debian`. */
  readonly uri: string;
  /** The keyring file that the machine checks it with, when one is named. */
  readonly keyring: string | undefined;
};

/**
 * Reads the Debian mirrors out of apt's source files, in both formats of sources.list(5): deb822
 * stanzas (`.sources`) and one line per source (`.list`). Order is kept, doubles are dropped.
 * Security archives, disabled entries, removable media and other distributions' archives are left
 * out. Options that lower the checks (`trusted=yes`) are never carried over.
 */
export function parseDebianMirrors(
  files: readonly { readonly name: string; readonly text: string }[],
): DebianMirror[] {
  const found = new Map<string, DebianMirror>();
  for (const { name, text } of files) {
    const entries = name.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
    for (const mirror of entries) {
      if (!found.has(mirror.uri)) found.set(mirror.uri, mirror);
    }
  }
  return [...found.values()];
}

function parseStanzas(text: string): DebianMirror[] {
  return text.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field?.[1] !== undefined) {
        last = field[1].toLowerCase();
        fields.set(last, field[2] ?? '');
      } else if (/^\s/.test(line) && last !== '') {
        fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`);
      }
    }
    if (/^(no|false|off|0)$/i.test(fields.get('enabled') ?? '')) return [];
    if (!words(fields.get('types')).includes('deb')) return [];
    const keyring = keyringPath(fields.get('signed-by'));
    return words(fields.get('uris')).flatMap((uri) =>
      debianMirror(uri, words(fields.get('suites')), words(fields.get('components')), keyring),
    );
  });
}

function parseLines(text: string): DebianMirror[] {
  return text.split('\n').flatMap((line) => {
    const source = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (source === null) return [];
    const [, options, uri = '', suite = '', components] = source;
    const signedBy = words(options).find((option) => option.startsWith('signed-by='));
    return debianMirror(
      uri,
      [suite],
      words(components),
      keyringPath(signedBy?.slice('signed-by='.length)),
    );
  });
}

function debianMirror(
  uri: string,
  suites: readonly string[],
  components: readonly string[],
  keyring: string | undefined,
): DebianMirror[] {
  const trimmed = uri.replace(/\/+$/, '');
  if (!/^(https?|file|mirror(\+[a-z]+)?|tor(\+[a-z]+)?):/.test(trimmed)) return [];
  if (!trimmed.includes('debian') || trimmed.includes('debian-security')) return [];
  if (!components.includes('main') || suites.every((suite) => suite.includes('security')))
    return [];
  return [{ uri: trimmed, keyring }];
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** `Signed-By` may hold a fingerprint or a whole key instead of a path: those are not files. */
function keyringPath(signedBy: string | undefined): string | undefined {
  return words(signedBy?.replaceAll(',', ' ')).find((word) => word.startsWith('/'));
}
