// Vectors of delegated management and DAP: a published P-256 test key, the AES-256 receipt key of gpshell's scripts.
// GPC v2.3.1 App. C. Signatures were made by others; the receipts recomputed by an independent implementation.

export const DELEGATION_VECTORS = {
  /** Uncompressed point, P-256. */
  publicKey:
    '04a96afca04d713f88301d2b3ec7555bf0f39d4e8a5f89f745a2793a9f96be1e2c' +
    '010e2f009650622aa3b6d321dcbf054e849c0646fdb10a6146b87ffbb9795ba7',
  fileHash: '60a16fea3d7baf74dfe112abf645972d6869edee8a46f4109ce78f40d33e57b5',
  loadFile: 'd0d1d2d3d4d501',
  securityDomain: 'd4d4d4d4d4010101',
  application: 'd0d1d2d3d4d50101',
  load: {
    input:
      '02003907d0d1d2d3d4d50108d4d4d4d4d40101012060a16fea3d7baf74dfe112abf645972d6869edee8a46f4109ce78f40d33e57b506ef04c6020160',
    token:
      'f447605f50732eed113f183579eb648658d2cf536c46b77e4d169e9cddb966535c1547fa63bc9a8d5a66fb38822a32b52933798e9fa87df16dd9c1592af6dc51',
  },
  install: {
    input: '0c001f07d0d1d2d3d4d50108d0d1d2d3d4d5010108d0d1d2d3d4d50101010002c900',
    token:
      'f617df2721026e8cd6045a328685be94ab586b9ef8ae099d42b7d217da7ee12bdbce50ea79ff4e09fb201f16f64dafa0329dd210d54c89610ab817130f75839d',
  },
  dap: 'a090b31e752db0a3004d2d9f1c9133104a4e9517416bffbc73f6e64395b35479296f2e2d892eebd6c4b7b19f6316f12b1d5cec5029ddae089c56ab6d6e0bc6dd',
  receiptKey: '101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f',
  loadReceipt: {
    input: '02000108010203040506070807d0d1d2d3d4d50108d4d4d4d4d4010101',
    receipt: '77acbd6abb8d1554aa03e96fca320b53',
    answer: '1d1077acbd6abb8d1554aa03e96fca320b53020001080102030405060708',
  },
  installReceipt: {
    input: '02000208010203040506070807d0d1d2d3d4d50108d0d1d2d3d4d50101',
    receipt: '71703f70f9ba017f47009118d4dc05a7',
    answer: '1d1071703f70f9ba017f47009118d4dc05a7020002080102030405060708',
  },
  extraditionInput: '10001508d4d4d4d4d40101010008d0d1d2d3d4d501010000',
  multiDeleteInput: '0080134f07d0d1d2d3d4d5014f08d0d1d2d3d4d50101',
  deleteInput: '00000a4f08d0d1d2d3d4d50101',
} as const
