/** A URL without user, password, query and fragment: safe to show, to log and to sign. */
export function redactUrl(text: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^/?#]*)([^?#]*)/i.exec(text);
  if (!match) return '(not a URL)';
  const [, scheme = '', host = '', path = ''] = match;
  return `${scheme}${host}${path === '/' ? '' : path}`;
}
