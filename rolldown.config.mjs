import { defineConfig } from 'rolldown'
import { inventory } from './scripts/bundle/inventory.ts'

/**
 * Bundles an app, from its own folder, to `dist/main.js` and its chunks: no node_modules are needed to run it.
 * The connector stays a chunk of its own, which `main.js` loads only after it has checked Node's version, and not for
 * `health` (docs/decisions/0013-chunks.md). What is in all of it stands beside it, in `sbom.cdx.json` and
 * `THIRD-PARTY-LICENSES.txt`.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // By how a module is asked for, `import` or `require` is one of them too.
  resolve: { conditionNames: ['billow-source', 'node', 'default'] },
  plugins: [inventory()],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].mjs',
    cleanDir: true,
    keepNames: true,
    minify: false,
  },
})
