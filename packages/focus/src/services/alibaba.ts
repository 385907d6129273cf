import { type ServiceClass, type ServiceSubcategory, serviceClass } from './subcategories.ts'

/** Alibaba Cloud's product codes by subcategory. */
const CODES: Readonly<Partial<Record<ServiceSubcategory, readonly string[]>>> = {
  'Virtual Machines': ['ecs', 'swas', 'ebmhpc', 'ddh', 'eais'],
  Containers: ['csk', 'acs', 'ack', 'acr', 'eci', 'asm'],
  'Serverless Compute': ['fc', 'sae', 'openfaas'],
  'End User Computing': ['gws', 'ecd', 'gwsecd'],
  'Relational Databases': ['rds', 'polardb', 'drds', 'polarx', 'petadata', 'oceanbase'],
  'NoSQL Databases': ['dds', 'hbase', 'lindorm', 'ots', 'gdb'],
  Caching: ['kvstore', 'redisa', 'memcache', 'tair'],
  'Data Warehouses': ['ads', 'adb', 'hologram', 'gpdb', 'odps', 'clickhouse'],
  'Time Series Databases': ['hitsdb', 'tsdb', 'influxdb'],
  'Object Storage': ['oss'],
  'Block Storage': ['disk', 'yundisk', 'ebs', 'snapshot'],
  'File Storage': ['nas', 'cpfs', 'dbfs'],
  'Backup Storage': ['hbr', 'bdrc', 'dbs'],
  'Storage Platforms': ['hcs_sgw', 'sgw'],
  'Content Delivery': ['cdn', 'dcdn', 'scdn', 'pcdn', 'esa'],
  'Network Infrastructure': ['slb', 'alb', 'nlb', 'gwlb', 'nat_gw', 'nat', 'vpc', 'privatelink'],
  'Network Connectivity': [
    'eip',
    'cbn',
    'cbwp',
    'ga',
    'expressconnect',
    'vpn',
    'vpngateway',
    'smartag',
    'flowbag',
  ],
  'Network Routing': ['alidns', 'dns', 'pvtz', 'domain', 'gtm'],
  'Network Security': ['waf', 'ddos', 'ddoscoo', 'ddosbgp', 'cfw', 'vipcloudfw'],
  'API Management': ['apigateway', 'apig'],
  Messaging: [
    'ons',
    'mns',
    'amqp',
    'mqtt',
    'onsproxy',
    'eventbridge',
    'rmq',
    'dysms',
    'dypns',
    'dyvms',
    'dm',
  ],
  'Workflow Orchestration': ['fnf'],
  'Streaming Analytics': ['alikafka', 'flink', 'sc', 'datahub', 'foasconsole'],
  Search: ['elasticsearch', 'opensearch'],
  'Data Processing': ['emr', 'dide', 'dataworks', 'dts', 'datav', 'dla'],
  'Business Intelligence': ['quickbi'],
  'AI Platforms': ['pai', 'learn', 'eas'],
  'Generative AI': ['sfm', 'bailian', 'dashscope'],
  'Natural Language Processing': ['nls', 'nlp', 'ocr'],
  'Machine Learning': ['viapi', 'imm'],
  Bots: ['chatbot', 'beebot'],
  Observability: ['sls', 'cms', 'arms', 'prometheus'],
  Compliance: ['actiontrail', 'config'],
  'Application Networking': ['mse'],
  'Secret Management': ['kms', 'cas', 'hsm'],
  'Threat Detection and Response': ['sas', 'aegis'],
  'Identity and Access Management': ['ram', 'idaas', 'cloudauth'],
  'Media Streaming': ['live', 'vod', 'rtc', 'mts'],
  'IoT Platforms': ['iot', 'lps'],
  'Continuous Integration and Deployment': ['rdc', 'devops'],
  Support: ['support', 'fws'],
}

const subcategories = new Map(
  Object.entries(CODES).flatMap(([subcategory, codes]) =>
    codes.map((code): [string, ServiceSubcategory] => [code, subcategory as ServiceSubcategory]),
  ),
)

/** What kind of service one of Alibaba Cloud's is, by its product code. */
export function alibabaService(productCode: string): ServiceClass {
  return serviceClass(subcategories.get(productCode.toLowerCase()) ?? 'Other (Other)')
}
