/** Where containers have the pipeline file mounted; the first that exists. */
export const files = ['/vanus-connect/config/pipeline.yml', '/vanus-connector/config/pipeline.yml'] as const

/** The connectors of this house. */
export const builtIn = {
  '@billow/sink-cloudzero': () => import('@billow/sink-cloudzero'),
  '@billow/sink-display': () => import('@billow/sink-display'),
  '@billow/source-alicloud-billing': () => import('@billow/source-alicloud-billing'),
  '@billow/source-aws-billing': () => import('@billow/source-aws-billing'),
} as const
