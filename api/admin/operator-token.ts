/** The operators' token as a browser sends it: the password of HTTP Basic, under any name; or as a bearer. Pure. */
export function operatorTokenOf(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value === '' ? undefined : value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const at = pair.indexOf(':');
  return at < 0 ? undefined : pair.slice(at + 1);
}
