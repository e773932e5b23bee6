import { printableText } from '../../registry/printableText.ts';

/**
 * A copy of what came from outside, such as a report, in which no text can steer a terminal: control,
 * format and surrogate characters are written as `\u{…}`. For people to read; its digest is another.
 */
export function printable<Value extends object>(value: Value): Value {
  const copy = structuredClone(value);
  const open: object[] = [copy];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const [key, inner] of Object.entries(one)) {
      if (typeof inner === 'string') Reflect.set(one, key, printableText(inner));
      else if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return copy;
}
