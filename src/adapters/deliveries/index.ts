export {
  type DispatchTables,
  dispatchMigrations,
  type Gateway,
  type GatewayDeliveries,
  gatewayDeliveries,
  NeverDelivered,
} from './gateway.ts'
export {
  type Outbox,
  type OutboxTables,
  outbox,
  outboxMigrations,
  type Received,
  type ShownDocument,
} from './outbox.ts'
export { gatewaysOf } from './settings.ts'
export { allShown, type ShownDelivery } from './shown.ts'
export { smppGateway } from './smpp.ts'
export { smtpGateway } from './smtp.ts'
