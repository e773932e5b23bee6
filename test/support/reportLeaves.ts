import { z } from 'zod';

/** The ways to all values that a schema of JSON knows, `[]` standing for any element of a list. */
export function schemaFields(schema: z.ZodType, at = ''): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      schemaFields(z.instanceof(z.ZodType).parse(inner), at === '' ? key : `${at}.${key}`),
    );
  }
  if (schema instanceof z.ZodArray) {
    return schemaFields(z.instanceof(z.ZodType).parse(schema.element), `${at}[]`);
  }
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    return schemaFields(z.instanceof(z.ZodType).parse(schema.unwrap()), at);
  }
  return [at];
}

/** A value of JSON within another, and the way to it. */
export interface Leaf {
  /** As `schemaFields` has it. */
  readonly field: string;
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
}

/** All values of a JSON document, null among them. */
export function leavesOf(value: unknown, steps: readonly (string | number)[] = []): Leaf[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, [...steps, Array.isArray(value) ? Number(key) : key]),
    );
  }
  const field = steps.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('');
  return [{ field: field.slice(1), steps, value }];
}

/** The document with another value at the end of a way. */
export function withLeaf(
  document: unknown,
  [step, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (step === undefined) return value;
  if (Array.isArray(document)) {
    return document.map((one, index) => (index === step ? withLeaf(one, rest, value) : one));
  }
  if (typeof document !== 'object' || document === null) throw new Error('leads nowhere');
  const inner: unknown = Reflect.get(document, step);
  return { ...document, [step]: withLeaf(inner, rest, value) };
}

/** Other values in place of one, most of them of its kind; a schema takes some of them. */
export function otherValues(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value + 700_000, value - 1];
  if (typeof value !== 'string') return [];
  const enums = ['bridged', 'canonical', 'claimed', 'published', 'proven', 'burnt', 'other'];
  const verdicts = ['backed', 'under-backed', 'indeterminate', 'in-flight', 'unknown', 'finalized'];
  const kinds = ['reserves', 'supply', 'chainlink-por', 'issuer-feed'];
  const last = value.slice(-1);
  const changed = `${value.slice(0, -1)}${/[0-9]/.test(last) ? (Number(last) + 1) % 10 : last === 'a' ? 'b' : 'a'}`;
  const others = [...enums, ...verdicts, ...kinds].filter((one) => one !== value);
  return [changed, `${value}x`, ...others];
}
