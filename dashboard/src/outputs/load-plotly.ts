/** plotly.js, once it is asked for. */
import { pageNonce } from '../page-nonce.ts';

/** The element that plotly writes its rules into; made before it, because only this page knows the nonce. */
const RULES_ID = 'plotly.js-style-global';

/**
 * The element that its map library looks for before it adds its style sheet, for which there is no nonce. Maps are not
 * drawn: their tiles would come from outside.
 */
const MAP_STYLE_ID = '9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53';

export async function loadPlotly() {
  provideStyle(RULES_ID);
  provideStyle(MAP_STYLE_ID);
  return (await import('plotly.js-strict-dist-min')).default;
}

function provideStyle(id: string): void {
  if (document.getElementById(id) !== null) return;
  const style = document.createElement('style');
  style.id = id;
  style.nonce = pageNonce();
  document.head.append(style);
}
