/** How the dashboard is built and, for those who work on it, served beside a running api. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const API_OF_DEVELOPERS = 'http://127.0.0.1:8080';

/** The api puts a fresh nonce in its place in each answer. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** Smaller files are one packet with or without. */
const COMPRESSED_BYTES_MIN = 1_400;

/** Leaves a compressed copy beside each file, so that the api compresses none while it answers. */
const compressedCopies: Plugin = {
  name: 'compressed-copies',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
      const content = readFileSync(join(dir, name));
      if (content.length >= COMPRESSED_BYTES_MIN)
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

// Vite reads the default export.
export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  plugins: [compressedCopies],
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // What each page loads: a test adds it up.
    manifest: true,
    // A data URL in a style would need more of the policy than a file does.
    assetsInlineLimit: 0,
    // Every browser that runs the build knows modulepreload.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
  },
  server: {
    port: 5173,
    proxy: {
      '/admin/api': process.env['DASHBOARD_API'] ?? API_OF_DEVELOPERS,
      '/admin/queues': process.env['DASHBOARD_API'] ?? API_OF_DEVELOPERS,
    },
  },
});
