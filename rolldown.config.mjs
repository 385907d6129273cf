import { defineConfig } from 'rolldown'

/**
 * Bundles an app, from its own folder, to `dist/main.js` and its chunks: no node_modules are needed to run it.
 * The connector stays a chunk of its own, which `main.js` loads only after it has checked Node's version.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // By how a module is asked for, `import` or `require` is one of them too.
  resolve: { conditionNames: ['billow-source', 'node', 'default'] },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    cleanDir: true,
    keepNames: true,
    minify: false,
  },
})
