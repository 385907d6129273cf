import {
  AWS_CUR_SUPPORTS,
  CHARGE_TYPE,
  columnsTable,
  fallbacksTable,
  MAPPINGS,
  SUBCATEGORIES,
} from '@billow/focus'
import { FOCUS_1_2 } from '@billow/focus/rules'

/** The criteria of the rule model, and how many rules name each. */
function criteriaTable(): string {
  const rules = Object.values(FOCUS_1_2.ModelRules)
  const rows = Object.entries(FOCUS_1_2.ApplicabilityCriteria).map(([name, { Description }]) => {
    const count = rules.filter(({ ApplicabilityCriteria = [] }) =>
      ApplicabilityCriteria.includes(name),
    ).length
    return `| \`${name}\` | ${Description} | ${count} |`
  })
  return ['| criterion | what it says | rules that name it |', '| --- | --- | ---: |', ...rows].join('\n')
}

function supportsTable(): string {
  const code = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ')
  const rows = MAPPINGS.filter(({ type }) => type !== CHARGE_TYPE).map(
    ({ type, supports }) => `| \`${type}\` | ${code(supports)} |`,
  )
  const report = `| a row of an AWS report | ${code(AWS_CUR_SUPPORTS)} |`
  return ['| events | criteria |', '| --- | --- |', ...rows, report].join('\n')
}

function servicesTable(): string {
  const rows = Object.entries(SUBCATEGORIES).map(
    ([category, names]) => `| ${category} | ${names.join(', ')} |`,
  )
  return ['| category | subcategories |', '| --- | --- |', ...rows].join('\n')
}

export const FOCUS_TABLES: Readonly<Record<string, () => string>> = {
  'focus-columns': columnsTable,
  'focus-criteria': criteriaTable,
  'focus-fallbacks': fallbacksTable,
  'focus-services': servicesTable,
  'focus-supports': supportsTable,
}
