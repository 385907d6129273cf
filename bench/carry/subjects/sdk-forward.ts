import { type CloudEvent, HTTP } from 'cloudevents'
import { type Message, post, serve } from './plain.ts'

serve((body, headers) => post(HTTP.structured(HTTP.toEvent({ headers, body }) as CloudEvent) as Message))
