import { post, serve } from './plain.ts'

const headers = { 'content-type': 'application/cloudevents+json' }

serve(body => post({ headers, body: JSON.stringify(JSON.parse(body)) }))
