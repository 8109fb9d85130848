export function runsTypeScript(version: string): boolean;
export function hasPackages(lockText: string, installedText: string): boolean;
export function signalExitStatus(signal: string, numbers: Readonly<Record<string, number>>): number;
