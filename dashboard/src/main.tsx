/** Starts the pages in the browser. */
import './mantine-styles.ts';
import '@mantine/notifications/styles.css';
import './app.css';
import { createRoot } from 'react-dom/client';
import { createClient } from './api/client.ts';
import { createQueryClient } from './api/query-client.ts';
import { App } from './app.tsx';
import { pageNonce } from './page-nonce.ts';

const root = document.getElementById('root');
const nonce = pageNonce();
if (root !== null) {
  // Where the library that holds the page still behind a dialog looks for the nonce of its style.
  Object.assign(globalThis, { __webpack_nonce__: nonce });
  const client = createClient();
  createRoot(root).render(<App client={client} queryClient={createQueryClient()} nonce={nonce} />);
}
