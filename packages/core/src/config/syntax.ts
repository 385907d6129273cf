import type { ErrorCode } from 'yaml'

type Syntax = ErrorCode | 'UNCLOSED_QUOTE' | 'ANCHOR' | 'MERGE_KEY'

const ALIAS =
  'found an alias (* at the start of a value), allowed is none; write a text that begins with * in quotes'
const ANCHOR =
  'found an anchor (& at the start of a value), allowed is none; write a text that begins with & in quotes'
const TAG =
  'found a tag (! at the start of a value), allowed is none; write a text that begins with ! in quotes'

/** Our words for what is no YAML, or YAML that a config file does not need. The library's messages may quote the file,
 *  and the line may hold a secret. */
export const SYNTAX: Readonly<Record<Syntax, string>> = {
  ALIAS_PROPS: ALIAS,
  ANCHOR,
  BAD_ALIAS: ALIAS,
  BAD_COLLECTION_TYPE: TAG,
  BAD_DIRECTIVE: 'found a directive (a line that begins with %), allowed is none',
  BAD_DQ_ESCAPE: 'found a backslash that means nothing in double quotes; write the text in single quotes',
  BAD_INDENT:
    'found an indentation or a bracket that does not fit; begin the keys of a mapping in one column, and close every bracket',
  BAD_PROP_ORDER: TAG,
  BAD_SCALAR_START: 'found a text that begins with a reserved character (@, % or `); write it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'found a second ": " in a line, or the next line indented too far; write a text with ": " in quotes',
  BLOCK_IN_FLOW: 'found a list or a mapping in lines of their own inside brackets; write it in brackets too',
  DUPLICATE_KEY: 'found a key twice, allowed is once',
  IMPOSSIBLE: 'found something that is no YAML',
  KEY_OVER_1024_CHARS: 'found a key that is too long, allowed are 1024 characters',
  MERGE_KEY: 'found a merge key (<<), allowed is none; write the keys out',
  MISSING_CHAR:
    'found a key without ": ", or something else left open; write a space after the colon, and a comma between items',
  MULTILINE_IMPLICIT_KEY:
    'found a key that goes over several lines; write the key, a colon and a space in one line',
  MULTIPLE_ANCHORS: ANCHOR,
  MULTIPLE_DOCS: 'found a second document, allowed is one; take the line --- or ... away',
  MULTIPLE_TAGS: TAG,
  NON_STRING_KEY: 'found a key that is no text, allowed are names',
  RESOURCE_EXHAUSTION: 'found too many levels of nesting, allowed are a few',
  TAB_AS_INDENT: 'found a tab in the indentation, allowed are spaces',
  TAG_RESOLVE_FAILED: TAG,
  UNCLOSED_QUOTE: 'found a quote that is not closed; write a quote at both ends of the text',
  UNEXPECTED_TOKEN:
    'found a character that cannot stand here; write a text with special characters in quotes',
}
