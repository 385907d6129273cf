/** The ids of Alibaba Cloud's regions, by the names that its bills show. */
const IDS: Readonly<Record<string, string>> = {
  'China (Qingdao)': 'cn-qingdao',
  'China (Beijing)': 'cn-beijing',
  'China (Zhangjiakou)': 'cn-zhangjiakou',
  'China (Hohhot)': 'cn-huhehaote',
  'China (Ulanqab)': 'cn-wulanchabu',
  'China (Hangzhou)': 'cn-hangzhou',
  'China (Shanghai)': 'cn-shanghai',
  'China (Nanjing)': 'cn-nanjing',
  'China (Fuzhou)': 'cn-fuzhou',
  'China (Shenzhen)': 'cn-shenzhen',
  'China (Heyuan)': 'cn-heyuan',
  'China (Guangzhou)': 'cn-guangzhou',
  'China (Chengdu)': 'cn-chengdu',
  'China (Hong Kong)': 'cn-hongkong',
  Singapore: 'ap-southeast-1',
  'Malaysia (Kuala Lumpur)': 'ap-southeast-3',
  'Indonesia (Jakarta)': 'ap-southeast-5',
  'Philippines (Manila)': 'ap-southeast-6',
  'Thailand (Bangkok)': 'ap-southeast-7',
  'Japan (Tokyo)': 'ap-northeast-1',
  'South Korea (Seoul)': 'ap-northeast-2',
  'US (Silicon Valley)': 'us-west-1',
  'US (Virginia)': 'us-east-1',
  'Germany (Frankfurt)': 'eu-central-1',
  'UK (London)': 'eu-west-1',
  'UAE (Dubai)': 'me-east-1',
}

/** A bill in another language, or a new region, has its name for both. */
export const alibabaRegion = (
  name: string | null,
): { RegionId: string | null; RegionName: string | null } => ({
  RegionId: name && (IDS[name] ?? name),
  RegionName: name,
})
