/** Plain words for an error of the system that a file or folder caused: a clause without the name, ends with a full stop. */
export function describeSystemError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file.';
    case 'EISDIR':
      return 'this is a directory, not a file.';
    case 'ENOTDIR':
      return 'a part of this path is a file, not a directory.';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied.';
    case 'EROFS':
      return 'the file system cannot be written to.';
    case 'ENOSPC':
      return 'the disk is full.';
    default:
      return code === undefined ? message : `the system says ${code}.`;
  }
}
