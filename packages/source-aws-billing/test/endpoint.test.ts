import { describe, expect, test } from '@jest/globals'
import { isAmazon, regionOf } from '../src/endpoint.ts'

describe('the region that requests are signed for', () => {
  test.each([
    ['https://ce.us-east-1.amazonaws.com', 'us-east-1', true],
    ['https://ce.us-east-1.api.aws', 'us-east-1', true],
    ['https://ce-fips.us-east-1.amazonaws.com/', 'us-east-1', true],
    ['https://ce.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1', true],
    ['https://ce.cn-northwest-1.api.amazonwebservices.com.cn', 'cn-northwest-1', true],
    ['https://ce.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1', true],
    ['https://vpce-0a1b-xyz.ce.us-east-1.vpce.amazonaws.com', 'us-east-1', true],
    ['http://127.0.0.1:4000', 'us-east-1', false],
    ['https://ce.cn-northwest-1.amazonaws.com.cn.example.com', 'us-east-1', false],
    ['https://amazonaws.com.example.org', 'us-east-1', false],
  ])('of %s is %s', (endpoint, region, amazon) => {
    expect(regionOf(endpoint)).toBe(region)
    expect(isAmazon(endpoint)).toBe(amazon)
  })
})
