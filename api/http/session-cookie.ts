/** The cookie of an operator's session (RFC 6265): for this service's pages alone, and out of reach of scripts. Pure. */
import { SESSION_SECONDS_MAX } from '../../shared/contracts/limits.ts';

const NAME = 'ci_session';
/** What a secret is written with. */
const SECRET = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Two of that name are none: a browser does not tell which one another host of the same domain has put there.
 * @param cookies the header `cookie`
 */
export function sessionSecretOf(cookies: string | undefined): string | undefined {
  const prefix = `${NAME}=`;
  const pairs = (cookies ?? '').split(';').map((one) => one.trim());
  const [pair, second] = pairs.filter((one) => one.startsWith(prefix));
  const secret = second === undefined ? pair?.slice(prefix.length) : undefined;
  return secret !== undefined && SECRET.test(secret) ? secret : undefined;
}

/** @param isSecure whether browsers reach the service by TLS: the cookie goes nowhere else then */
export function sessionCookie(secret: string, isSecure: boolean): string {
  return cookie(secret, SESSION_SECONDS_MAX, isSecure);
}

/** Makes a browser forget it. */
export function noSessionCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure);
}

function cookie(value: string, seconds: number, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${value}; Path=/admin; Max-Age=${String(seconds)}; HttpOnly; SameSite=Strict${secure}`;
}
