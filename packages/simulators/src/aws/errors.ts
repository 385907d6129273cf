/** A refusal in AWS's words. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export const validation = (message: string) => new AwsError('ValidationException', message)

/** What the API's model refuses before the service looks at it. */
export const constraint = (member: string, value: unknown, rule: string) =>
  validation(
    `1 validation error detected: Value ${value === undefined ? 'null' : `'${JSON.stringify(value)}'`} at '${member}' failed to satisfy constraint: ${rule}`,
  )
