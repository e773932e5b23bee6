import { z } from 'zod';

/** A call of the operating system that failed, in words. */
export interface SystemFailure {
  /** What the system calls it: `ENOENT`. */
  readonly code: string;
  /** The call: `open`, `listen`, `connect`. */
  readonly call: string;
  /** The file, where one was named. */
  readonly path: string | undefined;
  /** What it means, to end a sentence with: `it is not there`. */
  readonly reason: string;
  /** What to do, where the code tells. */
  readonly fix: string | undefined;
}

const Thrown = z.object({
  // `ENOENT`, `EAI_AGAIN`; not the codes of Node.js and its libraries, such as `ERR_INVALID_ARG_TYPE`.
  code: z.string().regex(/^E(?!RR_)[A-Z0-9]+(_[A-Z]+)?$/),
  syscall: z.string().optional(),
  path: z.string().optional(),
});

type Words = readonly [reason: string, fix?: string];

const permission: Words = [
  'this user may not do so',
  'Change its permissions, or run assay as a user that may.',
];
const tooMany: Words = ['too many files are open', 'Raise the limit (ulimit -n).'];
const noSpace = 'Free some space, or choose a place on another disk.';

const words: Readonly<Record<string, Words>> = {
  ENOENT: ['it is not there', 'Check the path, and that its folder is there.'],
  ENOTDIR: ['a part of its path is not a folder', 'Check the path.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  EEXIST: ['it is there already', 'Choose another name, or move the old one away.'],
  EACCES: permission,
  EPERM: permission,
  EROFS: ['the disk is read-only', 'Choose a place that can be written to.'],
  ENOSPC: ['the disk is full', noSpace],
  EDQUOT: ['the quota of the disk is used up', noSpace],
  EFBIG: ['the file would be too large for the disk', noSpace],
  EMFILE: tooMany,
  ENFILE: tooMany,
  ENAMETOOLONG: ['its name is too long', 'Choose a shorter name.'],
  ELOOP: [
    'its symbolic links lead in a circle, or links are not followed',
    'Name the file itself.',
  ],
  EXDEV: ['it lies on another disk', 'Choose a place on the same disk.'],
  EBUSY: ['it is in use', 'End the program that uses it.'],
  EIO: ['the disk failed', 'Check the disk.'],
  EADDRINUSE: ['another program listens there', 'End that program, or choose another port.'],
  EADDRNOTAVAIL: ['this machine has no such address', 'Name an address of this machine.'],
  ENOTFOUND: ['no such host is known', 'Check the name of the host.'],
  EAI_AGAIN: ['the name of the host could not be looked up', 'Check the name, and the network.'],
  ECONNREFUSED: ['nothing listens there', 'Check host and port, and that the server runs.'],
};

/** What the operating system said, or undefined where something else was thrown. */
export function readSystemFailure(thrown: unknown): SystemFailure | undefined {
  const { data } = Thrown.safeParse(thrown);
  if (data === undefined) return undefined;
  const { code, syscall: call = 'the call', path } = data;
  const [reason, fix] = words[code] ?? [`${call} failed`];
  return { code, call, path, reason: `${reason} (${code})`, fix };
}
