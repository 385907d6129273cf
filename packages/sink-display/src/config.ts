import { Type } from '@billow/core'

export const config = Type.Object({
  format: Type.Union([Type.Literal('json'), Type.Literal('compact'), Type.Literal('table')], {
    default: 'json',
    description:
      'How events are printed: `json` (indented), `compact` (one line of JSON an event) or `table` (one line of columns an event)',
  }),
})
