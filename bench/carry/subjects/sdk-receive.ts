import { type CloudEvent, HTTP } from 'cloudevents'
import { tally } from '../subject.ts'
import { serve } from './plain.ts'

serve((body, headers) => tally.take(HTTP.toEvent({ headers, body }) as CloudEvent))
