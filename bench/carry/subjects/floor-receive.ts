import { tally } from '../subject.ts'
import { serve } from './plain.ts'

serve(body => tally.take(JSON.parse(body)))
