// Recorded SCP02 sessions of real cards, as the tests of independent clients hold them. Commands in the clear beside
// what went to the card. pySim: tests/unittests/test_globalplatform.py; GPShell: globalplatform/src/scp02Test.c.

const TEST_KEY = '404142434445464748494a4b4c4d4e4f'

export const SCP02_VECTORS = [
  {
    name: 'pySim SCP02_Auth_Test and SCP02_Test',
    keys: {
      enc: '100102030405060708090a0b0c0d0e0f',
      mac: '101102030405060708090a0b0c0d0e0f',
      dek: '102102030405060708090a0b0c0d0e0f',
    },
    keyVersion: 0x20,
    level: 0x01,
    initializeUpdate: '805020000840a62c37fa6304f800',
    hello: '00000000000000000000700200016b4524abee7cf32ea3838bc148f3',
    externalAuthenticate: '8482010010ba6961667737c5bcebece14c7d6a4376',
    commands: [
      ['80f22002', '84f220020814db34fa4341dca8'],
      ['80ca006600', '84ca00660855ed7c5ff069512b00'],
      ['80f220020a4f0212345c054f9f70c5', '84f22002124f0212345c054f9f70c58fc1b380c4228af8'],
      ['80f28002024f0000', '84f280020a4f003b95f09317de6a4e00'],
    ],
  },
  {
    name: 'GPShell get_status_mac_only',
    keys: { enc: TEST_KEY, mac: TEST_KEY, dek: TEST_KEY },
    keyVersion: 0,
    level: 0x01,
    initializeUpdate: '8050000008d5ad539a60ca5e7200',
    hello: '000074746e6e6e6262620102069faa2a0591e73367dd78794d04315e',
    externalAuthenticate: '84820100107c799b3c771dbae6bef49310977617ba',
    commands: [['80f22002024f0000', '84f220020a4f00bb6e71c0efcfcf0d00']],
  },
  {
    name: 'GPShell install_mac_enc',
    keys: { enc: TEST_KEY, mac: TEST_KEY, dek: TEST_KEY },
    keyVersion: 0,
    level: 0x03,
    initializeUpdate: '8050000008ebaa9e53c696281b00',
    hello: '000074746e6e6e626262010206a15086bbee58f467149061da4b6eae',
    externalAuthenticate: '848203001005814c116071eb67d8ba9d9879454564',
    commands: [
      ['80e400800a4f08d0d1d2d3d4d5010100', '84e4008018bc146fa0403be4bad3bc089e4abd8674da7efea21047b85800'],
      ['80e40080094f07d0d1d2d3d4d50100', '84e4008018c2748c1669fafc0e20c5253680388a4a49c9a6038d77b45700'],
    ],
  },
] as const
