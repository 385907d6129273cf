import { createPrivateKey, X509Certificate } from 'node:crypto'
import { ConfigError } from '../errors.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/**
 * The certificates in a PEM text.
 * @throws ConfigError naming `key` where there is none, or one that cannot be read.
 */
export function checkCertificates(pem: string, key: string): readonly X509Certificate[] {
  const found = pem.match(BLOCK)
  if (!found) {
    throw new ConfigError(
      `${key}: found no certificate; PEM text (-----BEGIN CERTIFICATE----- …) is allowed, best from a file: \${file:/path/to/it.pem}`,
    )
  }
  return found.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new ConfigError(
        `${key}: found a certificate that cannot be read (number ${index + 1} of ${found.length})`,
      )
    }
  })
}

/**
 * Checks what a server shows.
 * @throws ConfigError naming `tls.cert` or `tls.key`
 */
export function checkIdentity(cert: string, key: string): void {
  const [own] = checkCertificates(cert, 'tls.cert')
  if (!own?.checkPrivateKey(readKey(key))) {
    throw new ConfigError('tls.key: found a key that does not belong to the first certificate of tls.cert')
  }
}

function readKey(key: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(key)
  } catch {
    throw new ConfigError(
      'tls.key: found no private key; PEM text (-----BEGIN PRIVATE KEY----- …) without a password is allowed, best from a file: ${file:/path/to/it.pem}',
    )
  }
}
