import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { ConfigError } from '../errors.ts'

/**
 * Listens on a port, on all addresses of the machine without a `host`. Resolves to the address taken.
 * @throws ConfigError naming `port` or `host` where the configuration cannot be met.
 */
export async function listen(
  server: Server,
  place: { readonly port: number; readonly host?: string | undefined },
  key = 'port',
): Promise<AddressInfo> {
  const { port, host } = place
  server.listen({ port, host })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explain(error, place, key)
  }
  return server.address() as AddressInfo
}

function explain(
  error: unknown,
  place: { readonly port: number; readonly host?: string | undefined },
  key: string,
): unknown {
  const { port, host } = place
  switch (String((error as NodeJS.ErrnoException).code)) {
    case 'EADDRINUSE':
      return new ConfigError(`${key}: ${port} is in use by another program; a free port is allowed`)
    case 'EACCES':
      return new ConfigError(
        `${key}: ${port} may not be opened by this user; a port of 1024 or more is allowed`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigError(`host: found "${host}"; an address of this machine such as 127.0.0.1 is allowed`)
    default:
      return error
  }
}
