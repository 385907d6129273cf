import { type ServiceClass, type ServiceSubcategory, serviceClass } from './subcategories.ts'

/**
 * The subcategory of an AWS service, by what its name or product code has in it: in small letters, without spaces and
 * without Amazon or AWS. The first line that fits counts.
 */
const LINES: readonly (readonly [ServiceSubcategory, RegExp])[] = [
  ['Support', /support/],
  ['Other (Compute)', /savingsplans|^ec2other/],
  ['Cost Management', /costexplorer|budgets|billingconductor|costandusage/],
  ['Messaging', /cloudwatchevents|eventbridge|^events$/],
  ['Containers', /containerservice|containerregistry|kubernetes|^ecs$|^eks$|^ecr/],
  ['Serverless Compute', /^lambda|fargate|apprunner/],
  ['End User Computing', /^workspaces|appstream/],
  ['Quantum Compute', /braket/],
  ['Virtual Machines', /elasticcomputecloud|^ec2|lightsail|outposts|^batch$/],
  ['Relational Databases', /relationaldatabase|^rds|aurora/],
  ['NoSQL Databases', /dynamodb|documentdb|docdb|neptune|keyspaces|^mcs$/],
  ['Caching', /elasticache|memorydb/],
  ['Data Warehouses', /redshift/],
  ['Time Series Databases', /timestream/],
  ['Ledger Databases', /qldb|quantumledger/],
  ['Backup Storage', /backup|disasterrecovery/],
  ['Block Storage', /^ebs|elasticblockstore/],
  ['File Storage', /elasticfilesystem|^efs|fsx/],
  ['Storage Platforms', /storagegateway|snow/],
  ['Object Storage', /simplestorage|^s3|glacier/],
  ['Content Delivery', /cloudfront/],
  ['Network Security', /waf$|shield|networkfirewall/],
  ['Network Routing', /route53|cloudmap|registrar/],
  ['Network Connectivity', /datatransfer|directconnect|globalaccelerator|transitgateway|vpn|cloudwan/],
  ['Network Infrastructure', /loadbalanc|^elb|virtualprivatecloud|^vpc|privatelink/],
  ['API Management', /apigateway|appsync/],
  ['Workflow Orchestration', /stepfunctions|^states$|mwaa|managedworkflows|simpleworkflow|^swf$/],
  ['Streaming Analytics', /kinesis(?!video)|streamingforapachekafka|^msk/],
  ['Messaging', /simplequeue|queueservice|simplenotification|^sqs|^sns|^mq$/],
  ['Search', /opensearch|cloudsearch|elasticsearch|^es$/],
  ['Business Intelligence', /quicksight/],
  ['Data Processing', /^glue|mapreduce|^emr|datapipeline|lakeformation/],
  ['Analytics Platforms', /athena|datazone|finspace|cleanrooms|dataexchange/],
  ['Generative AI', /bedrock|codewhisperer|^q$/],
  ['Machine Learning', /sagemaker|forecast|personalize|frauddetector|lookout/],
  ['Natural Language Processing', /comprehend|translate|transcribe|polly|textract|kendra/],
  ['Bots', /^lex/],
  ['Other (AI and Machine Learning)', /rekognition|deepracer|healthlake|devopsguru|a2i/],
  ['Compliance', /cloudtrail|^config$|auditmanager|artifact$/],
  ['Observability', /cloudwatch|xray|prometheus|grafana/],
  [
    'Other (Management and Governance)',
    /systemsmanager|cloudformation|servicecatalog|controltower|organizations/,
  ],
  ['Secret Management', /keymanagement|^kms|secretsmanager|certificatemanager|cloudhsm/],
  ['Security Posture Management', /securityhub|securitylake|firewallmanager|^fms$/],
  ['Threat Detection and Response', /guardduty|inspector|detective|macie/],
  ['Identity and Access Management', /cognito|directoryservice|identity|verifiedpermissions/],
  ['IoT Analytics', /iotanalytics/],
  ['IoT Platforms', /iot|greengrass/],
  ['Media Streaming', /elementalmedia|mediaconnect|^ivs|interactivevideo|kinesisvideo/],
  ['Data Migration', /datasync|databasemigration|transferfamily|^transfer$/],
  ['Resource Migration', /migration|^m2$|mainframe/],
  ['Continuous Integration and Deployment', /code(build|deploy|pipeline|artifact)/],
  ['Source Code Management', /codecommit|codecatalyst/],
  ['Development Environments', /cloudshell|cloud9/],
  ['Quality Assurance', /devicefarm/],
  ['Developer Platforms', /amplify/],
  ['Productivity and Collaboration', /simpleemail|^ses$|workmail|workdocs|chime|pinpoint|^connect|wickr/],
]

/** What kind of service one of AWS's is, by its name in Cost Explorer or its product code in a Cost and Usage Report. */
export function awsService(name: string): ServiceClass {
  const key = name.toLowerCase().replaceAll(/[^a-z0-9]|amazon|aws/g, '')
  const line = LINES.find(([, pattern]) => pattern.test(key))
  return serviceClass(line?.[0] ?? 'Other (Other)')
}
