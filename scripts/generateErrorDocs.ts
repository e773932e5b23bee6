import { errorCodes } from '../src/core/errorCodes.ts';
import { keepGenerated } from './keepGenerated.ts';

const rows = Object.entries(errorCodes).map(([code, entry]) =>
  [
    `### ${code}`,
    '',
    `${entry.title} ${entry.fix}`,
    '',
    `HTTP ${entry.status} · exit code ${entry.exit} · ${entry.retry ? 'the same request may succeed later' : 'asking again does not help'}`,
  ].join('\n'),
);

const text = `# Errors

Generated from \`src/core/errorCodes.ts\` by \`npm run generate\`; do not edit.

Every error has a code from this list. The command line prints it with what was wrong and what to do;
the API answers with \`application/problem+json\` (RFC 9457) that carries it in \`code\`; a report gives it
in \`reasons\` and in \`fault\` where it kept a figure from being known. The HTTP status and the exit code
hold where the error itself ends the request or command: an error that only leaves a figure unknown makes
the verdict \`indeterminate\` (exit code 2).

${rows.join('\n\n')}
`;

await keepGenerated('docs/errors.md', text);
