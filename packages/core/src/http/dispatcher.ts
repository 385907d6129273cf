import { BlockList, isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { ConfigError } from '../errors.ts'
import { checkCertificates } from './certificates.ts'
import type { TargetConfig } from './target-config.ts'

/** What decides how a server is reached. */
export type Route = Pick<TargetConfig, 'proxy' | 'ca' | 'timeout' | 'max_in_flight'>

/**
 * Connections to the server of `url`: straight, or through `proxy`. Without that key the variables HTTPS_PROXY,
 * HTTP_PROXY and NO_PROXY of the process are read (by undici), but never for this machine itself.
 * @throws ConfigError
 */
export function openDispatcher(url: URL, { proxy, ca, timeout, max_in_flight }: Route): Dispatcher {
  if (ca !== undefined) checkCertificates(ca, 'ca')
  const tls = {
    timeout: timeout * 1000,
    // Beside those that are trusted anyway, NODE_EXTRA_CA_CERTS included.
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
  }
  // HTTP/1.1 everywhere: a connection carries one request, so that one that is cut takes no other with it.
  const limits = {
    connections: max_in_flight,
    allowH2: false,
    // Our own time limits are exact and cover the whole of a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  if (proxy === undefined && isThisMachine(url.hostname))
    return new Pool(url.origin, { ...limits, connect: tls })
  try {
    return new EnvHttpProxyAgent({
      ...limits,
      ...(proxy !== undefined && { httpProxy: proxy, httpsProxy: proxy, noProxy: '' }),
      connect: tls,
      requestTls: tls,
      proxyTls: tls,
      // A pool to a proxy, too, has our limits.
      factory: (origin, { connect }: Pool.Options) =>
        new Pool(origin, { ...limits, ...(connect && { connect }) }),
    })
  } catch {
    const found = proxy === undefined ? 'HTTPS_PROXY or HTTP_PROXY' : 'proxy'
    throw new ConfigError(
      `${found}: found no URL of a proxy; one such as http://proxy.example.com:3128 is allowed`,
    )
  }
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(host)
  if (version === 0) return host === 'localhost' || host.endsWith('.localhost')
  return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4')
}
