/**
 * The milliseconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3): whole seconds, or a
 * date. Undefined if it is missing or says neither; a date that has passed asks for 0.
 *
 * @param now milliseconds since 1970, to count a date from
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // All three date formats of HTTP begin with the day's name; Date.parse alone takes much more.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
