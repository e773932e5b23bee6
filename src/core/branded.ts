/**
 * A type whose values come from its own checked constructor alone; at run time it is its base. The
 * mark has a name, not a symbol, so that declarations of what is inferred from it can be written.
 */
export type Branded<Base, Name extends string> = Base & { readonly '~brand': Name };
