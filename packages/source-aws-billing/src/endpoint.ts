const AMAZON = /\.(amazonaws\.com|amazonaws\.com\.cn|amazonwebservices\.com\.cn|api\.aws|amazonaws\.eu)$/
const REGION = /(?:^|\.)ce(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\./

/** Whether an endpoint is Amazon's own, and not a simulator or a proxy. */
export function isAmazon(endpoint: string): boolean {
  return AMAZON.test(new URL(endpoint).hostname)
}

/** The region that requests are signed for: the one in the endpoint's host name, else us-east-1. */
export function regionOf(endpoint: string): string {
  const { hostname } = new URL(endpoint)
  return (isAmazon(endpoint) && REGION.exec(hostname)?.[1]) || 'us-east-1'
}
