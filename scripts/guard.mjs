// Says clearly what to do when the workspace's own Node did not come along.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Billow is built and tested with Node 24; this is ${process.version}.\n` +
      'On Linux `npx pnpm@12 install` brings Node 24 into the workspace; elsewhere install Node 24 first.\n',
  )
  process.exit(78)
}
