export {
  noDelivery,
  type Outbox,
  type OutboxTables,
  outbox,
  outboxMigrations,
  type Received,
  type ShownDocument,
} from './outbox.ts'
