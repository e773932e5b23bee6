import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { fileUnreadable } from '../../../src/core/fileUnreadable.ts';
import { readSystemFailure } from '../../../src/core/systemFailure.ts';
import { toAssayError } from '../../../src/core/toAssayError.ts';

/** As Node.js makes them: text, code, call and perhaps a path. */
function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: in the words of the system, ${syscall}`), {
    code,
    syscall,
    ...(path !== undefined && { path }),
  });
}

async function thrownBy(act: () => Promise<unknown>): Promise<unknown> {
  return act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

describe('what the operating system refuses', () => {
  it.each([
    ['ENOSPC', 'write', 'the disk is full (ENOSPC)', /space/],
    ['EDQUOT', 'write', 'the quota of the disk is used up (EDQUOT)', /space/],
    ['EACCES', 'open', 'this user may not do so (EACCES)', /permissions/],
    ['EPERM', 'open', 'this user may not do so (EPERM)', /permissions/],
    ['EROFS', 'open', 'the disk is read-only (EROFS)', /can be written/],
    ['EISDIR', 'read', 'it is a folder (EISDIR)', /Name a file/],
    ['EMFILE', 'open', 'too many files are open (EMFILE)', /ulimit/],
    ['EUNKNOWN', 'fsync', 'fsync failed (EUNKNOWN)', /Check the path/],
  ])('%s by %s is a file that cannot be read or written, and why', (code, call, why, fix) => {
    const error = toAssayError(systemError(code, call, '/some/file'));
    expect(error).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `cannot ${call} /some/file: ${why}`,
    });
    expect(error.fix).toMatch(fix);
  });

  it.each([
    ['ENOTFOUND', 'getaddrinfo'],
    ['EAI_AGAIN', 'getaddrinfo'],
    ['ECONNREFUSED', 'connect'],
    ['ECONNRESET', 'read'],
    ['EPIPE', 'write'],
    ['EHOSTUNREACH', 'connect'],
    ['EACCES', 'connect'],
  ])('%s by %s is a server that cannot be reached', (code, call) => {
    expect(toAssayError(systemError(code, call)).code).toBe('SOURCE_UNREACHABLE');
  });

  it('is known as this system really says it', async () => {
    const folder = await thrownBy(() => writeFile(tmpdir(), 'x'));
    expect(fileUnreadable('cannot write x', folder)).toMatchObject({
      message: 'cannot write x: it is a folder (EISDIR)',
      fix: 'Name a file.',
    });
    const refused = await new Promise((resolve) => {
      connect({ host: '127.0.0.1', port: 1 }).on('error', resolve);
    });
    expect(readSystemFailure(refused)).toMatchObject({ code: 'ECONNREFUSED', call: 'connect' });
  });

  it('is nothing that Node.js or a library says', () => {
    const argument = Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(toAssayError(argument).code).toBe('INTERNAL_ERROR');
    expect(readSystemFailure(new Error('ENOENT'))).toBeUndefined();
    expect(readSystemFailure('ENOENT')).toBeUndefined();
  });
});
