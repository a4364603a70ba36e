import { EXIT, MailrigError } from './mailrig-error.ts'

/** errno(3) of what a host may refuse, which is no fault of a program. */
const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
}

/** ENOENT from these: the directory above is missing, or on a file system that is read-only, where Node says so as well. */
const MAKING = ['mkdir', 'mkdtemp']
const WRITING = [...MAKING, 'open', 'write', 'rename', 'unlink', 'rmdir', 'rm', 'copyfile', 'chmod']

/**
 * What the host refused a program that wanted to write, as an error with a remedy and exit code 3.
 *
 * @returns undefined for every other error.
 */
export function hostError(error: unknown): MailrigError | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = '', syscall = '', path } = error as NodeJS.ErrnoException
  const isMissing = code === 'ENOENT' && MAKING.includes(syscall)
  const reason = isMissing ? 'no directory can be made there' : REASONS[code]
  if (reason === undefined || !WRITING.includes(syscall)) return undefined
  return new MailrigError(`cannot write ${path ?? 'a file'}: ${reason} (${code})`, {
    code: 'HOST_REFUSED',
    exitCode: EXIT.engine,
    remedy:
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'Make room there. TMPDIR and XDG_STATE_HOME name other places to write to.'
        : 'Name a directory that this user may write to: by TMPDIR, XDG_STATE_HOME, or the option that named this one.',
    cause: error,
  })
}
