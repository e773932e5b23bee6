import { z } from 'zod';

/** A value that follows its schema, or the first place at which it does not. */
export type FirstFaultResult<Value> =
  | { readonly success: true; readonly data: Value }
  | { readonly success: false; readonly issue: FirstFault };

/** The first fault of a value from outside. */
export interface FirstFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Parses a value from outside, and ends at its first fault. zod alone goes on, and makes an object for
 * each wrong element: a list of a million empty objects would cost gigabytes. So each list is gone
 * through element by element before the whole is parsed, and never has more than one fault by then.
 */
export function parseToFirstFault<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): FirstFaultResult<z.output<Schema>> {
  const fault = findListFault(schema, value, []);
  if (fault) return { success: false, issue: fault };
  const parsed = z.safeParse(compiledOf(schema), value);
  if (parsed.success) return { success: true, data: parsed.data };
  return { success: false, issue: firstOf(parsed.error, []) };
}

type Path = readonly PropertyKey[];
type Definition = z.core.$ZodTypes['_zod']['def'];
type Of<Type extends Definition['type']> = Extract<Definition, { readonly type: Type }>;

/** The first fault within the lists and dictionaries of a value; what is outside of them is left to zod. */
function findListFault(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
): FirstFault | undefined {
  if (typeof value !== 'object' || value === null || !hasLists(schema)) return undefined;
  const def = definitionOf(schema);
  switch (def.type) {
    case 'array':
      return findElementFault(() => def.element, value, path);
    case 'tuple':
      return findElementFault((index) => def.items[index] ?? def.rest, value, path);
    case 'record':
      return findEntryFault(def, value, path);
    case 'object':
      return findMemberFault(def, value, path);
    case 'union':
      return findUnionFault(def, value, path);
    case 'intersection':
      return findListFault(def.left, value, path) ?? findListFault(def.right, value, path);
    case 'pipe':
      return findListFault(def.in, value, path);
    case 'lazy':
      return findListFault(def.getter(), value, path);
    case 'catch':
      return undefined;
    default:
      return 'innerType' in def ? findListFault(def.innerType, value, path) : undefined;
  }
}

function findElementFault(
  schemaAt: (index: number) => z.core.$ZodType | null,
  value: object,
  path: Path,
): FirstFault | undefined {
  if (!Array.isArray(value)) return undefined;
  for (let index = 0; index < value.length; index += 1) {
    const schema = schemaAt(index);
    const fault = schema && findFault(schema, value[index], path, index);
    if (fault) return fault;
  }
  return undefined;
}

function findEntryFault(
  { keyType, valueType }: Of<'record'>,
  value: object,
  path: Path,
): FirstFault | undefined {
  if (Array.isArray(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const fault = findFault(keyType, key, path, key) ?? findFault(valueType, member, path, key);
    if (fault) return fault;
  }
  return undefined;
}

function findMemberFault(
  { shape, catchall }: Of<'object'>,
  value: object,
  path: Path,
): FirstFault | undefined {
  if (Array.isArray(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const schema = Object.hasOwn(shape, key) ? shape[key] : catchall;
    const fault = schema && findListFault(schema, member, [...path, key]);
    if (fault) return fault;
  }
  return undefined;
}

/** A union is at fault where each of its options is; told is the fault that lies deepest. */
function findUnionFault(
  { options }: Of<'union'>,
  value: object,
  path: Path,
): FirstFault | undefined {
  let deepest: FirstFault | undefined;
  for (const option of options) {
    const fault = findFault(option, value, path);
    if (!fault) return undefined;
    if (!deepest || fault.path.length > deepest.path.length) deepest = fault;
  }
  return deepest;
}

/** The first fault of a value as a whole, at a place of its own where it is a part. */
function findFault(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
  ...step: readonly PropertyKey[]
): FirstFault | undefined {
  // Most are right: the path is put together for those that are not.
  const fault = hasLists(schema) ? findListFault(schema, value, [...path, ...step]) : undefined;
  if (fault) return fault;
  const parsed = z.safeParse(compiledOf(schema), value);
  return parsed.success ? undefined : firstOf(parsed.error, [...path, ...step]);
}

function firstOf(error: z.core.$ZodError, path: Path): FirstFault {
  const [issue] = error.issues;
  return { path: [...path, ...(issue?.path ?? [])], message: issue?.message ?? 'is not valid' };
}

/** What kind of schema it is: `$ZodTypes` names all there are. */
function definitionOf(schema: z.core.$ZodType): Definition {
  return (schema as z.core.$ZodTypes)._zod.def;
}

const listed = new WeakMap<z.core.$ZodType, boolean>();

/** Whether a value of this schema may have any number of members. */
function hasLists(schema: z.core.$ZodType): boolean {
  const known = listed.get(schema);
  if (known !== undefined) return known;
  const has = mayHaveLists(definitionOf(schema));
  listed.set(schema, has);
  return has;
}

function mayHaveLists(def: Definition): boolean {
  switch (def.type) {
    case 'array':
    case 'record':
    case 'tuple':
    case 'lazy':
      return true;
    case 'object':
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])].some(hasLists);
    case 'union':
      return def.options.some(hasLists);
    case 'intersection':
      return hasLists(def.left) || hasLists(def.right);
    case 'pipe':
      return hasLists(def.in);
    case 'catch':
      return false;
    default:
      return 'innerType' in def && hasLists(def.innerType);
  }
}

const compiled = new WeakMap<z.core.$ZodType, z.core.$ZodType>();

/**
 * The schema with a parser that zod generates for it: a third of the time, the same results. Made at
 * the first use; where a page forbids generated code (CSP), zod keeps the plain parser.
 */
function compiledOf<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  const known = compiled.get(schema);
  if (known) return known as Schema;
  const made = z.compile(schema);
  compiled.set(schema, made);
  return made;
}
