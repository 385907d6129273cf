import { randomUUID } from 'node:crypto'
import type { Answer } from '../wire.ts'
import type { AwsError } from './errors.ts'
import { escapeXml } from './sts.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** Answers of the JSON 1.1 protocol. */
export function jsonAnswer(status: number, body: object): Answer {
  return {
    status,
    contentType: 'application/x-amz-json-1.1',
    headers: { 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  }
}

export function jsonError({ code, message, status }: AwsError): Answer {
  return jsonAnswer(status, { __type: code, Message: message })
}

/** Answers of the Query protocol. */
export function xmlAnswer(action: string, result: string): Answer {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
  const body = `<${action}Result>${result}</${action}Result>${metadata}`
  return xml(200, `<${action}Response xmlns="${NAMESPACE}">${body}</${action}Response>`)
}

export function xmlError({ code, message, status }: AwsError): Answer {
  const type = status < 500 ? 'Sender' : 'Receiver'
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
  const body = `${error}<RequestId>${randomUUID()}</RequestId>`
  return xml(status, `<ErrorResponse xmlns="${NAMESPACE}">${body}</ErrorResponse>`)
}

const xml = (status: number, body: string): Answer => ({ status, contentType: 'text/xml', body })
