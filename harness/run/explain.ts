import { HarnessError } from '../../model/errors.ts'

/** With a file where a folder should be, too. */
const isUnwritable: ReadonlySet<string> = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST'])

/** Failures of the machine under a run as errors a person can act on; others stay what they are. */
export function explainTrouble(error: Error, directory: string): Error {
  if (error instanceof HarnessError) return error
  // Closing what was open failed too, as it does on a full disk: the first error is the one to know of.
  if (error instanceof SuppressedError) return explainTrouble(error.suppressed as Error, directory)
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HarnessError({
      code: 'disk-full',
      message: `the disk is full: ${error.message}`,
      next: `free space on the disk of ${directory}, for example by deleting old runs; everything written so far is still there`,
      exitCode: 69,
      cause: error,
    })
  }
  if (isUnwritable.has(code ?? '')) {
    return new HarnessError({
      code: 'not-writable',
      message: `a file of the run cannot be written: ${error.message}`,
      next: 'start the command in a folder that you may write to: runs go to its runs/ folder',
      exitCode: 69,
      cause: error,
    })
  }
  return error
}
