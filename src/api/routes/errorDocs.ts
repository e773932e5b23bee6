import { errorCodes } from '../../core/errorCodes.ts';
import { steadyCache } from '../cacheControl.ts';
import type { RouteApp } from './routeApp.ts';

/** A page that explains each error code: what the `type` of a problem refers to. */
export function addErrorDocsRoute(app: RouteApp): void {
  const page = renderErrorDocs();
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) => {
    reply
      .header('cache-control', steadyCache)
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .type('text/html; charset=utf-8');
    return page;
  });
}

function renderErrorDocs(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { title, fix, status, retry }]) =>
      `<section id="${code}"><h2><code>${code}</code></h2><p>${escapeHtml(title)}</p>` +
      `<p>HTTP ${status}. ${escapeHtml(fix)}${retry ? ' The same request may succeed later.' : ''}</p></section>`,
  );
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>assay: error codes</title>',
    '<meta name="viewport" content="width=device-width">',
    '<style>body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui}',
    'h2{font-size:1rem;margin:2rem 0 0}section:target{background:#fff3c4}p{margin:.25rem 0}</style>',
    '<h1>Error codes</h1>',
    ...rows,
    '</html>\n',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
