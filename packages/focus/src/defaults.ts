import { type Static, Type } from '@billow/core'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

/** What an event does not say: the schema of `focus.defaults`. A default never takes the place of what an event says. */
export const focusDefaults = Type.Object(
  {
    BillingAccountId: text("The account that is billed; AWS's events by service do not name it"),
    BillingAccountName: text('The name of the account that is billed'),
    BillingAccountType: text('What kind of account that is'),
    InvoiceId: text('The invoice'),
    InvoiceIssuerName: text('Who sends the invoice, where it is not the provider'),
    ProviderName: text('The provider, for events that do not say whose they are'),
    PublisherName: text('Who made what is charged, where it is not the provider'),
    SubAccountId: text('The account that used it'),
    SubAccountName: text('The name of the account that used it'),
    SubAccountType: text('What kind of account that is'),
    AvailabilityZone: text('The availability zone'),
    RegionId: text('The region'),
    RegionName: text('The name of the region'),
    PricingQuantity: Type.Optional(
      Type.String({
        pattern: '^\\d+(\\.\\d+)?$',
        allowed: 'a decimal number in quotes',
        description: 'How much was priced',
      }),
    ),
    PricingUnit: text('The unit of what was priced'),
  },
  { description: 'Values for columns that an event does not say' },
)

export type FocusDefaults = Static<typeof focusDefaults>
