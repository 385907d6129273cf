import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A registry on the loopback interface, for the packages of one scope. */
export interface Registry {
  readonly url: string
  close(): Promise<void>
}

/** What npm sends to publish: a version of a package with its tarball. */
interface Publication {
  readonly name: string
  readonly versions: Readonly<Record<string, { readonly dist: { readonly tarball: string } }>>
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>
}

/** Takes what `npm publish` sends and gives it to `npm install`, in memory; a version is taken once, as npm's registry does. */
export async function startRegistry(): Promise<Registry> {
  const packages = new Map<string, Pick<Publication, 'name' | 'versions' | 'dist-tags'>>()
  const tarballs = new Map<string, Buffer>()

  async function publish(request: IncomingMessage): Promise<number> {
    const { name, versions, 'dist-tags': tags, _attachments } = (await json(request)) as Publication
    const before = packages.get(name)
    if (Object.keys(versions).some(version => before?.versions[version])) return 403
    packages.set(name, {
      name,
      versions: { ...before?.versions, ...versions },
      'dist-tags': { ...before?.['dist-tags'], ...tags },
    })
    const [attachment] = Object.values(_attachments)
    for (const { dist } of Object.values(versions)) {
      tarballs.set(pathOf(dist.tarball), Buffer.from(attachment?.data ?? '', 'base64'))
    }
    return 201
  }

  const server = createServer(async (request, response) => {
    const path = pathOf(request.url ?? '/')
    if (request.method === 'PUT') return response.writeHead(await publish(request)).end('{}')
    const tarball = tarballs.get(path)
    if (tarball) return response.end(tarball)
    const found = packages.get(path.slice(1))
    return response
      .writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(found ?? {}))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

const pathOf = (url: string): string => decodeURIComponent(new URL(url, 'http://localhost').pathname)
