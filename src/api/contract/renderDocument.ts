import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';

/** The contract of a built app as the text of openapi.yaml. */
export function renderDocument(app: Pick<FastifyInstance, 'swagger'>): string {
  return stringify(app.swagger(), {
    lineWidth: 100,
    blockQuote: 'literal',
    aliasDuplicateObjects: false,
  });
}
