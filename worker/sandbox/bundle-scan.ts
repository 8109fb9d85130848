/** Checks the JSON of a mime bundle while it arrives: a flat object of a few texts by media type. */
import { ANY_TEXT, createFlatScanner } from './flat-json-scan.ts';

const MIME_TYPES_MAX = 16;
const MIME_NAME = /^[a-z]+\/[a-z0-9.+-]{1,80}$/;

export function createBundleScanner() {
  let names = 0;
  return createFlatScanner((name) => {
    names += 1;
    return names <= MIME_TYPES_MAX && MIME_NAME.test(name) ? ANY_TEXT : undefined;
  });
}
