import { z } from 'zod';
import { jsonPointer } from '../core/jsonPointer.ts';
import { createFinding, type Finding } from './finding.ts';
import { nearestWord } from './nearestWord.ts';
import { quoteText } from './printableText.ts';

/** What zod found wrong with a registry file, as findings; `value` is what it was given. */
export function schemaFindings(
  file: string,
  schema: z.ZodType,
  value: unknown,
  error: z.ZodError,
): readonly Finding[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKeyFinding(file, schema, issue.path, key));
    }
    return [faultFinding(file, value, issue)];
  });
}

function unknownKeyFinding(
  file: string,
  schema: z.ZodType,
  path: readonly PropertyKey[],
  key: string,
): Finding {
  const known = knownKeys(schema, path);
  const meant = nearestWord(key, known);
  return createFinding(
    'REGISTRY_UNKNOWN_KEY',
    { file, pointer: jsonPointer([...path, key]) },
    `the key ${quoteText(key)} is not known here`,
    meant ? `Did you mean "${meant}"?` : `Remove it. Known are: ${known.join(', ')}.`,
  );
}

function faultFinding(file: string, value: unknown, issue: z.core.$ZodIssue): Finding {
  const place = { file, pointer: jsonPointer(issue.path) };
  const name = issue.path.at(-1);
  const isMissing = issue.path.length > 0 && valueAt(value, issue.path) === undefined;
  if (name === 'provenance' && (isMissing || issue.code === 'too_small')) {
    const message = isMissing ? 'provenance is missing' : 'provenance names no source';
    return createFinding('REGISTRY_PROVENANCE_MISSING', place, message);
  }
  const subject = name === undefined ? 'the file' : quoteText(String(name));
  const message = isMissing ? `${subject} is missing` : `${subject}: ${describeIssue(issue)}`;
  return createFinding('REGISTRY_SCHEMA_INVALID', place, message);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_key') return issue.message;
  return `as a key ${issue.issues.map((inner) => inner.message).join(', ')}`;
}

/** The value that a path leads to; undefined where there is none. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step))
      return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

/** The keys of the object that a path leads to in the schema. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let found: z.core.$ZodType | undefined = withoutDefault(schema);
  for (const step of path) {
    if (found instanceof z.ZodObject) found = withoutDefault(found.shape[String(step)]);
    else if (found instanceof z.ZodArray) found = withoutDefault(found.element);
    else if (found instanceof z.ZodRecord) found = withoutDefault(found.valueType);
  }
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function withoutDefault(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  ) {
    return withoutDefault(schema.unwrap());
  }
  return schema;
}
