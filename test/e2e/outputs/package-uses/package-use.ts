/** Debian's name of a package without `python3-`, code that uses it, and what that prints. */
export type PackageUse = readonly [name: string, code: string, stdout: string];
