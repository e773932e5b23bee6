import type { FastifyInstance } from 'fastify';

/** Which methods each path takes: Fastify itself tells only path and method together. */
export interface RouteTable {
  /** Methods of the routes that match a path, sorted; empty where there is none. */
  allowedMethods(path: string): readonly string[];
}

interface Route {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** Notes each route as it is registered; must be called before the routes are. */
export function createRouteTable(app: FastifyInstance): RouteTable {
  const routes = new Map<string, Route>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return;
    const route = routes.get(url) ?? { segments: url.split('/'), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  return {
    allowedMethods(path) {
      const segments = path.split('/');
      const methods = new Set<string>();
      for (const route of routes.values()) {
        if (!matches(route.segments, segments)) continue;
        for (const method of route.methods) methods.add(method);
      }
      if (methods.size > 0) methods.add('OPTIONS');
      return [...methods].sort();
    },
  };
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const hasRest = pattern.at(-1) === '*';
  if (hasRest ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((one, index) => {
    if (one === '*') return true;
    const segment = segments[index] ?? '';
    return one.startsWith(':') ? segment !== '' : one === segment;
  });
}
