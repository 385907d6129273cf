import type { Catalogue } from '../bills/anomalies.ts'
import type { Offering } from '../bills/shape.ts'

type Line = [
  service: string,
  daily: string,
  rhythm: Offering['rhythm'],
  growth: number,
  monthEnd?: number,
  noise?: number,
]

const LINES: readonly Line[] = [
  ['Amazon Elastic Compute Cloud - Compute', '1184.35', 'office', 180, 40],
  ['EC2 - Other', '331.2', 'office', 140],
  ['Amazon Relational Database Service', '612.8', 'steady', 120],
  ['Amazon Simple Storage Service', '287.44', 'steady', 310],
  ['AmazonCloudWatch', '94.17', 'office', 160],
  ['AWS Lambda', '73.9', 'consumer', 420],
  ['Amazon DynamoDB', '118.65', 'consumer', 220],
  ['Amazon CloudFront', '142.3', 'consumer', 260, 0, 90],
  ['Amazon ElastiCache', '88.2', 'steady', 90],
  ['Amazon OpenSearch Service', '129.54', 'steady', 110],
  ['Amazon Elastic Container Service for Kubernetes', '64.8', 'steady', 200],
  ['Amazon Elastic Container Service', '52.31', 'office', 60],
  ['Amazon Elastic Load Balancing', '47.26', 'steady', 100],
  ['Amazon Virtual Private Cloud', '58.13', 'steady', 80],
  ['AWS Data Transfer', '77.05', 'consumer', 190, 0, 90],
  ['Amazon Bedrock', '96.4', 'office', 900, 0, 120],
  ['Amazon SageMaker', '151.72', 'office', 340, 0, 110],
  ['Amazon Redshift', '203.11', 'batch', 40],
  ['Amazon Athena', '168.4', 'batch', 90, 150],
  ['Amazon Elastic MapReduce', '121.87', 'batch', -60, 300],
  ['AWS Glue', '104.66', 'batch', 210, 250],
  ['Amazon Kinesis', '39.45', 'consumer', 70],
  ['Amazon Managed Streaming for Apache Kafka', '61.9', 'steady', 150],
  ['Amazon Simple Queue Service', '6.82', 'consumer', 100],
  ['Amazon Simple Notification Service', '2.417', 'consumer', 90],
  ['Amazon API Gateway', '12.06', 'consumer', 200],
  ['AWS Step Functions', '3.508', 'office', 150],
  ['AWS Key Management Service', '5.733', 'steady', 70],
  ['AWS Secrets Manager', '4.016', 'steady', 60],
  ['AWS CloudTrail', '7.64', 'steady', 120],
  ['AWS Config', '9.29', 'office', 50],
  ['Amazon GuardDuty', '17.38', 'steady', 130],
  ['AWS WAF', '8.15', 'steady', 40],
  ['Amazon Elastic File System', '14.72', 'steady', 160],
  ['AWS Backup', '21.54', 'batch', 210],
  ['Amazon EC2 Container Registry (ECR)', '1.94', 'steady', 140],
  ['AmazonWorkSpaces', '33.6', 'office', 20],
  ['Amazon Simple Email Service', '0.8873', 'office', 80],
  ['AWS X-Ray', '0.3341', 'consumer', 60],
  ['CloudWatch Events', '0.0009189721', 'steady', 30],
  ['AWS Cost Explorer', '0.08', 'steady', 0, 0, 0],
  ['AWS IoT', '0.0000041', 'steady', 30, 0, 200],
  ['AWS CloudShell', '0.0000000126', 'steady', 10, 0, 300],
  ['AWS Migration Hub Refactor Spaces', '0.0000000038', 'steady', 0, 0, 300],
]

/** What an AWS account is billed for. Daily amounts are in the partition's currency. */
export const awsCatalogue: Catalogue = {
  provider: 'aws',
  offerings: LINES.map(([service, daily, rhythm, growth, monthEnd = 0, noise = 50]) => ({
    service,
    daily,
    rhythm,
    growth,
    monthEnd,
    noise,
  })),
  migrations: [
    ['Amazon Redshift', 'Amazon Athena'],
    ['Amazon Elastic MapReduce', 'AWS Glue'],
  ],
  purchases: [
    {
      service: 'Savings Plans for AWS Compute usage',
      amount: '18250',
      note: 'a Savings Plan, paid upfront for a year',
    },
    {
      service: 'Amazon Relational Database Service',
      amount: '9490.5',
      note: 'reserved instances, paid upfront for a year',
    },
    { service: 'Amazon ElastiCache', amount: '3650.25', note: 'reserved nodes, paid upfront for a year' },
  ],
}

/** Charged once, on the first of each month. */
export const awsMonthly = [
  { service: 'AWS Support (Business)', amount: '4120.75', recordType: 'Fee' },
  { service: 'Amazon Route 53', amount: '61.5', recordType: 'Usage' },
  { service: 'Amazon Registrar', amount: '13', recordType: 'Usage' },
  { service: 'Tax', amount: '2960.18', recordType: 'Tax' },
] as const
