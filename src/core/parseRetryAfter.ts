/**
 * The seconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3): given as such, or as a
 * date. Undefined if it is missing or says neither; a date that has passed asks for 0.
 *
 * @param now milliseconds since 1970, to count a date from
 */
export function parseRetryAfter(
  header: string | readonly string[] | null | undefined,
  now: number,
): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // All three date formats of HTTP begin with the day's name; Date.parse alone takes much more.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
