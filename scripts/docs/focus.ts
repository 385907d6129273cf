import { columnsTable } from '@billow/focus'
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

export const FOCUS_TABLES: Readonly<Record<string, () => string>> = {
  'focus-columns': columnsTable,
  'focus-criteria': criteriaTable,
}
