/** The JSON pointer (RFC 6901) of a path: `['a', 0, 'b/c']` is `/a/0/b~1c`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
