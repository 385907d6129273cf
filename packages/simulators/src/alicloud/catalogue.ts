import type { Catalogue } from '../bills/anomalies.ts'
import type { Offering } from '../bills/shape.ts'

type Line = [
  code: string,
  name: string,
  daily: string,
  rhythm: Offering['rhythm'],
  growth: number,
  monthEnd?: number,
  noise?: number,
]

const LINES: readonly Line[] = [
  ['ecs', 'Elastic Compute Service', '2310.4', 'office', 170, 60],
  ['rds', 'ApsaraDB RDS', '1184.25', 'steady', 120],
  ['polardb', 'PolarDB', '876.3', 'steady', 260],
  ['oss', 'Object Storage Service', '412.77', 'steady', 330],
  ['slb', 'Server Load Balancer', '133.02', 'steady', 40],
  ['alb', 'Application Load Balancer', '97.3', 'consumer', 210],
  ['nat_gw', 'NAT Gateway', '84.15', 'steady', 60],
  ['eip', 'Elastic IP Address', '141.9', 'consumer', 90, 0, 80],
  ['cdn', 'Alibaba Cloud CDN', '268.61', 'consumer', 240, 0, 90],
  ['kvstore', 'ApsaraDB for Redis', '221.48', 'steady', 100],
  ['dds', 'ApsaraDB for MongoDB', '187.2', 'steady', 80],
  ['sls', 'Simple Log Service', '156.33', 'office', 190],
  ['csk', 'Container Service for Kubernetes', '118.6', 'steady', 150],
  ['acr', 'Container Registry', '21.4', 'steady', 70],
  ['fc', 'Function Compute', '63.27', 'consumer', 480],
  ['ons', 'ApsaraMQ for RocketMQ', '74.55', 'steady', 50],
  ['alikafka', 'ApsaraMQ for Kafka', '128.04', 'steady', 110],
  ['elasticsearch', 'Elasticsearch', '205.9', 'steady', 90],
  ['odps', 'MaxCompute', '344.18', 'batch', 130, 250],
  ['dide', 'DataWorks', '98.75', 'office', 80, 300],
  ['hologram', 'Hologres', '171.3', 'batch', 220],
  ['ads', 'AnalyticDB for MySQL', '166.8', 'batch', -40],
  ['flink', 'Realtime Compute for Apache Flink', '152.4', 'steady', 270],
  ['emr', 'E-MapReduce', '143.7', 'batch', -70, 200],
  ['pai', 'Platform for AI', '236.5', 'office', 620, 0, 120],
  ['sfm', 'Model Studio', '187.9', 'office', 950, 0, 130],
  ['arms', 'Application Real-Time Monitoring Service', '46.11', 'office', 60],
  ['cms', 'CloudMonitor', '8.372', 'steady', 30],
  ['waf', 'Web Application Firewall', '59.6', 'consumer', 40],
  ['sas', 'Security Center', '67.25', 'steady', 90],
  ['kms', 'Key Management Service', '11.84', 'steady', 50],
  ['nas', 'Apsara File Storage NAS', '72.03', 'steady', 140],
  ['hbr', 'Cloud Backup', '38.46', 'batch', 180],
  ['disk', 'Block Storage', '0.2352', 'steady', 30, 0, 20],
  ['snapshot', 'Snapshot Service', '27.19', 'steady', 130],
  ['dysms', 'Short Message Service', '54.9', 'consumer', 100, 0, 90],
  ['live', 'ApsaraVideo Live', '48.2', 'consumer', 160, 0, 140],
  ['alidns', 'Alibaba Cloud DNS', '1.068', 'steady', 20],
  ['mse', 'Microservices Engine', '42.7', 'steady', 110],
  ['actiontrail', 'ActionTrail', '0.0000041873', 'office', 20, 0, 200],
]

/** What an Alibaba Cloud account is billed for. Daily amounts are in CNY; members are scaled to theirs. */
export const alicloudCatalogue: Catalogue = {
  provider: 'alicloud',
  offerings: LINES.map(([service, , daily, rhythm, growth, monthEnd = 0, noise = 50]) => ({
    service,
    daily,
    rhythm,
    growth,
    monthEnd,
    noise,
  })),
  migrations: [
    ['ads', 'hologram'],
    ['emr', 'flink'],
  ],
  purchases: [
    { service: 'ecs', amount: '68904.1234567891', note: 'a year of subscription instances' },
    { service: 'rds', amount: '41280', note: 'a year of a subscription database' },
    { service: 'csk', amount: '12345678.1234567891', note: 'a savings plan for three years, paid upfront' },
  ],
}

const names = new Map(LINES.map(([code, name]) => [code, name]))

/** The display name of a product code. */
export const productName = (code: string): string => names.get(code) ?? code
