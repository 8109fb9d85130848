/** What the api takes from clients. */
import { bodies } from './http-bodies.ts';
import { requests } from './http-requests.ts';

export const HTTP_TARGETS = [
  { name: 'bodies of requests', propertyFor: bodies },
  { name: 'requests that are hardly HTTP', propertyFor: requests },
] as const;
