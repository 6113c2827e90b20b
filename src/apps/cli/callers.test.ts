import { expect, test } from 'vitest'
import { CALLERS, mayCall, OPERATOR } from './callers.ts'
import { ROLES } from './served-roles.ts'

test('every role that can be a process has its list, and only such roles are on one', () => {
  expect(Object.keys(CALLERS).toSorted()).toEqual(Object.keys(ROLES).toSorted())
})

test.each([
  ['authority', 'revoke', 'sp-tsm', { requestedBy: 'sp-tsm' }, true],
  ['authority', 'revoke', 'sp-tsm', { requestedBy: 'counter' }, false],
  ['authority', 'revoke', 'phone', { requestedBy: 'phone' }, false],
  ['authority', 'revoke', OPERATOR, { requestedBy: 'counter' }, true],
  ['authority', 'link', 'verifier', { asker: 'verifier' }, true],
  ['authority', 'link', 'verifier', { asker: 'sp-tsm' }, false],
  ['authority', 'issueForCard', 'sp-tsm', {}, false],
  ['authority', 'issueForCard', 'counter', {}, true],
  ['authority', 'revoke', 'counter', { requestedBy: 'operator' }, false],
  ['resident-register', 'change', 'authority', {}, false],
  ['authority', 'constructor', 'sp-tsm', {}, false],
  ['resident-register', 'find', 'verifier', {}, false],
  ['resident-register', 'custody', 'verifier', {}, false],
  ['authority', 'custodyStands', 'verifier', {}, false],
  ['carrier', 'deployService', 'phone', {}, false],
  ['carrier', 'deployService', 'sp-tsm', { requestingEntity: 'sp-tsm' }, true],
  ['carrier', 'deployService', 'sp-tsm', { requestingEntity: 'kodama' }, false],
  ['carrier', 'deployService', 'carrier-kodama', { requestingEntity: 'kodama' }, true],
  ['carrier', 'deployService', 'carrier-kodama', { requestingEntity: 'sp-tsm' }, false],
  ['carrier', 'stockSim', 'carrier-kodama', {}, false],
  ['carrier', 'sendScript', 'carrier-kodama', {}, true],
  ['phone', 'proxyOpen', 'carrier-minato', {}, true],
  ['carrier', 'suspendLine', 'carrier-kodama', { requestingEntity: 'kodama' }, false],
  ['carrier', 'deployService', 'carrier', { requestingEntity: 'carrier' }, false],
  ['sp-tsm', 'handleSERenewalNotification', 'carrier-kodama', { requestingEntity: 'kodama' }, true],
  ['sp-tsm', 'handleSERenewalNotification', 'carrier-kodama', { requestingEntity: 'minato' }, false],
  ['verifier', 'askSignature', 'service-hinata-bank', { clientId: 'hinata-bank' }, true],
  ['verifier', 'signedDocument', 'service-hinata-bank', { clientId: 'haruka-securities' }, false],
  ['verifier', 'registerClient', 'service-hinata-bank', { clientId: 'kazasu-shop' }, false],
  ['verifier', 'verifyDocument', 'service-hinata-bank', {}, true],
  ['verifier', 'askSignature', 'service', { clientId: 'service' }, false],
  ['verifier', 'askSignature', 'carrier-kodama', { clientId: 'kodama', requestingEntity: 'kodama' }, false],
  ['terminal', 'prepare', 'service-hinata-bank', {}, true],
  ['terminal', 'answerLogin', 'service-hinata-bank', {}, false],
  ['phone', 'tap', 'terminal', {}, true],
  ['phone', 'ownPage', 'terminal', {}, false],
  ['sp-tsm', 'order', 'carrier', {}, false],
  ['sp-tsm', 'order', undefined, {}, false],
] as const)('%s.%s asked by %s saying %j: %s', (role, operation, caller, input, may) => {
  expect(mayCall(role)(operation, caller, input)).toBe(may)
})
