// The command line. Each command is one file, loaded when it is called, so that `--help` is quick.

import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { cacheFolder } from '../../adapters/cache-folder.ts'
import { addGpCommands } from './gp/commands.ts'
import { runCommand, USAGE } from './run-command.ts'

// What a command loads is compiled at its first call, not at each. In a folder of the user's own: it is run as it lies there.
enableCompileCache(join(cacheFolder(), 'compiled'))

const program = new Command('kazasu')
  .description(
    'The whole JPKI stack on one laptop: from the My Number Card to the certificate in the SIM,\nto a login at a bank and a tap at a gate.',
  )
  .version('0.1.0')
  .showHelpAfterError('(kazasu --help shows the commands)')
  .configureHelp({ sortSubcommands: false })
  // Commander's own status is 1, which is a refusal or a failed verdict here.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))

const dataOption = () =>
  new Option('--data <folder>', 'where cards, keys and the embedded database live').default('./data').env('KAZASU_DATA')

const portOption = (flags: string, what: string, preset: string) =>
  new Option(flags, what).default(preset).argParser((text) => {
    if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535)
      throw new InvalidArgumentError('a port is a number from 0 to 65535.')
    return text
  })

program
  .command('up')
  .description('start everything in one process and print the address of the start page')
  .addOption(dataOption())
  .addOption(portOption('--port <number>', 'port of the screens', '8080').env('PORT'))
  .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
  .option('--origin <url>', 'how browsers reach it, when not by that address')
  .addHelpText('after', '\nExamples:\n  kazasu up\n  DATABASE_URL=postgres://localhost/kazasu kazasu up --port 9000')
  .action((options) => runCommand(async () => (await import('./up.ts')).up(options)))

program
  .command('serve')
  .argument('<role>', 'resident-register, authority, counter, carrier, sp-tsm, phone, verifier, service or terminal')
  .description('run one role as a process of its own; the others are reached through --peer')
  .addOption(dataOption())
  .option(
    '--id <name>',
    'which carrier (minato, aozora, kodama), phone (adult, elder, child), service or terminal (gate, reader)',
  )
  .addOption(portOption('--port <number>', 'port to listen on', '0'))
  .addOption(portOption('--public-port <number>', 'port for what the public asks: OCSP, CRL, OpenID', '0'))
  .option('--origin <origin>', 'how the public reaches it, when a proxy stands before it')
  .option('--openid <origin>', 'for service: where the verifier shows itself to the public')
  .option('--other <origin>', 'for the bank: where the credit union does, whose balances it shows')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--peer <role=url...>', 'where another role is, once for each', [])
  .addHelpText(
    'after',
    '\nExamples:\n  kazasu serve resident-register --port 7001\n  kazasu serve authority --port 7002 --peer resident-register=https://127.0.0.1:7001',
  )
  .action((role, options) => runCommand(async () => (await import('./serve.ts')).serve(role, options)))

program
  .command('audit')
  .description(
    'whether SIM, carriers, SP-TSM and authority agree; exit status 0 if they do, 1 if not, 2 if a SIM was not seen',
  )
  .addOption(dataOption())
  .option('--peer <role=url...>', 'where a running role is: authority, sp-tsm and each carrier-<id>', [])
  .option('--all-sims', 'also look into SIMs for which there never was an order')
  .option('--json', 'as data')
  .action((options) => runCommand(async () => (await import('./audit.ts')).audit(options)))

const evidence = program.command('evidence').description('what the platform verified for a tenant, for an auditor')
evidence
  .command('export')
  .description('lines and their signed manifest into a folder; what was cut goes on')
  .addOption(dataOption())
  .option('--peer <role=url...>', 'where the running verifier is', [])
  .requiredOption('--tenant <id>', 'whose; `platform` for services without a tenant')
  .requiredOption('--from <time>', 'for example 2026-04-01T00:00:00+09:00')
  .requiredOption('--to <time>', 'up to, but not including')
  .requiredOption('--out <folder>', 'where to')
  .requiredOption('--clerk <id>', 'an auditor of the platform; the passcode is asked for')
  .action((options) => runCommand(async () => (await import('./evidence.ts')).evidenceExport(options)))
evidence
  .command('verify')
  .argument('<folder>', 'of an export')
  .description('whether it is whole and signed by this key; exit status 0 if so, 1 if not, 2 if no key was given')
  .option('--key <hex>', 'SHA-256 of the public key of the platform, known from elsewhere')
  .action((folder, options) => runCommand(async () => (await import('./evidence.ts')).evidenceVerify(folder, options)))

program
  .command('demo')
  .description('run the main job from the card to the verdict; exit status 0 only if every check passed')
  .option('--trace', 'print every C-APDU and R-APDU, decoded, and every check with its clause')
  .option('--json', 'the same as data, on standard output')
  .addOption(
    new Option('--sabotage <name>', 'break one thing and see the right refusal').choices([
      'revoked-card',
      'wrong-pin',
      'cloned-sim',
      'gate-list',
    ]),
  )
  .addHelpText(
    'after',
    `
Sabotages:
  revoked-card  the signature certificate of the card is revoked before the application
  wrong-pin     a wrong PIN is entered for the login
  cloned-sim    a copy of the SIM without the private key is held to the gate
  gate-list     the citizen is not on the gate's list

Examples:
  kazasu demo
  kazasu demo --json | jq .outcome
  kazasu demo --sabotage cloned-sim; echo $?`,
  )
  .action((options) => runCommand(async () => (await import('./demo.ts')).demo(options)))

const card = program.command('card').description('the plastic cards and phones of the world, as cards in a reader')
card
  .command('list')
  .description('which cards and phones there are and what is in them')
  .addOption(dataOption())
  .option('--json', 'as data')
  .action((options) => runCommand(async () => (await import('./card.ts')).listCards(options)))
card
  .command('insert')
  .argument('<name>', 'adult, elder, child (plastic cards) or adult-phone, elder-phone, child-phone')
  .description('put a card or phone into a PC/SC reader through vpcd, until Ctrl-C')
  .addOption(dataOption())
  .option('--vpcd <host:port>', 'where the virtual reader listens', '127.0.0.1:35963')
  .addHelpText(
    'after',
    '\nExamples:\n  kazasu card insert adult\n  kazasu card insert adult-phone --vpcd 127.0.0.1:35964\n\nThen, in another terminal:\n  opensc-tool --name\n  pkcs15-tool --list-certificates',
  )
  .action((name, options) => runCommand(async () => (await import('./card.ts')).insertCard(name, options)))

const campaign = program
  .command('campaign')
  .description('renewal of the JPKI applet in SIMs, by share, stopped by its errors')
const campaignCommand = (name: string, what: string) =>
  campaign
    .command(name)
    .argument('<version>', 'major version of the applet, 2 to 127')
    .description(what)
    .addOption(dataOption())
    .option('--peer <role=url...>', 'where the running SP-TSM is: sp-tsm=https://…', [])
campaignCommand('plan', 'how many certificates a share would reach; begins nothing')
  .requiredOption('--percent <number>', 'of a hundred certificates, always the same ones')
  .action((version, options) =>
    runCommand(async () => (await import('./campaign.ts')).campaign('plan', version, options)),
  )
campaignCommand('start', 'begin, or change the share of what runs')
  .requiredOption('--percent <number>', 'of a hundred certificates, always the same ones')
  .requiredOption('--load-file <file>', 'CAP of the JPKI package of this version')
  .option('--most-errors <number>', 'of a hundred that ended: more failures stop it', '5')
  .action((version, options) =>
    runCommand(async () => (await import('./campaign.ts')).campaign('start', version, options)),
  )
campaignCommand('status', 'how far it is; exit status 1 when it was stopped by its errors')
  .option('--watch', 'until nothing is under way')
  .action((version, options) =>
    runCommand(async () => (await import('./campaign.ts')).campaign('status', version, options)),
  )
campaignCommand('pause', 'no more begin until it is started again').action((version, options) =>
  runCommand(async () => (await import('./campaign.ts')).campaign('pause', version, options)),
)
campaignCommand('abort', 'no more begin, ever').action((version, options) =>
  runCommand(async () => (await import('./campaign.ts')).campaign('abort', version, options)),
)

addGpCommands(program, dataOption)

program
  .command('verify')
  .argument('<file>', 'a certificate, DER or PEM, or a signed CMS, XML or PDF')
  .description('check it against the published CA certificates and CRLs')
  .addOption(dataOption())
  .option('--ca <file...>', 'trust anchors instead of the published ones', [])
  .option('--crl <file...>', 'CRLs instead of the published ones', [])
  .option('--ocsp <file...>', 'OCSP responses besides', [])
  .option('--time-stamp <file>', 'a time stamp (RFC 3161) of the file, or of the signature in it')
  .option('--tsa <file...>', 'trust anchors of time stamps', [])
  .option('--detached <file>', 'what was signed, where it is not in the file')
  .option('--lang <language>', 'ja or en; otherwise as LANG says')
  .option('--at <time>', 'judge as of this time, ISO 8601')
  .option('--json', 'the report as data: docs/validate.md')
  .addHelpText(
    'after',
    '\nExit status:\n  0 passed, 1 failed, 2 indeterminate: not valid either\n  not begun: 64 wrong usage, 65 a file is not what it should be, 66 a file is missing or cannot be read\n\nExamples:\n  kazasu verify application.p7m\n  kazasu verify contract.pdf --tsa tsa.crt --crl tsa.crl --json\n  kazasu verify certificate.crt --ca ca.crt --crl list.crl --json',
  )
  .action(async (file, options) => {
    const { verify, cannotBegin } = await import('./verify.ts')
    await runCommand(() => verify(file, options), cannotBegin)
  })

const authority = program
  .command('authority')
  .description('the certification authorities: keys, generations, log of signatures')
authority
  .command('ceremony')
  .description('make the keys of both authorities with custodians and witnesses, and write the protocol of it')
  .addOption(dataOption())
  .requiredOption('--out <folder>', 'where the protocol and the shares go')
  .option('--script <file>', 'participants as JSON instead of questions')
  .option('--dry-run', 'rehearse: everything is done and nothing kept')
  .action((options) => runCommand(async () => (await import('./ceremony.ts')).ceremony(options)))
authority
  .command('recover')
  .description("put back what opens the keys, from custodians' shares")
  .addOption(dataOption())
  .requiredOption('--recovery <file>', 'recovery.json of the ceremony')
  .requiredOption('--share <file...>', 'shares of as many custodians as are needed')
  .option('--passphrase-file <file...>', 'in the order of the shares, instead of questions', [])
  .action((options) => runCommand(async () => (await import('./ceremony.ts')).recoverKeys(options)))
authority
  .command('rollover')
  .argument('<authority>', 'auth or sign')
  .description('make the next generation under the same name; the earlier ones go on for what they issued')
  .addOption(dataOption())
  .option('--generation <number>', 'which one, to repeat what was broken off')
  .addOption(new Option('--algorithm <name>', 'of the new key').choices(['RSA-SHA256', 'ECDSA-P384-SHA384']))
  .option('--dry-run', 'say what would be done')
  .action((kind, options) => runCommand(async () => (await import('./authority.ts')).rollOver(kind, options)))
authority
  .command('audit')
  .description('the whole log of signatures against the register; exit status 0 only if all fits')
  .addOption(dataOption())
  .option('--since <file>', 'a head that was kept (as of --json or /log/head): the log must go on from it')
  .option('--json', 'as data')
  .action((options) => runCommand(async () => (await import('./authority.ts')).audit(options)))
authority
  .command('check')
  .argument('<certificate>', 'DER')
  .description('off line: that a certificate is in the log of signatures')
  .requiredOption('--proof <file>', 'of /log/inclusion/<SHA-256 of the tbsCertificate>')
  .requiredOption('--head <file>', 'of /log/head')
  .option('--key <hex>', 'the key of the log, known from elsewhere')
  .action((certificate, options) =>
    runCommand(async () => (await import('./authority.ts')).check(certificate, options)),
  )

const party = authority.command('party').description('the parties outside that J-LIS answers')
party
  .command('add')
  .argument('<name>', 'small letters, digits and hyphens')
  .description('accredit a party, or grant it other things; writes key and certificate for mutual TLS into a folder')
  .addOption(dataOption())
  .requiredOption('--display <name>', 'as people know it')
  .requiredOption('--service <name...>', 'status, link, age, facts, notices')
  .option('--age <number...>', 'ages that it may ask for: 13, 15, 18, 20, 65', [])
  .requiredOption('--until <time>', 'ISO 8601')
  .requiredOption('--out <folder>', 'where key.pem, certificate.pem and ca.pem go; nothing is written over')
  .option('--host <address>', 'where the party is', '127.0.0.1')
  .addHelpText(
    'after',
    '\nExamples:\n  kazasu authority party add shop --display Shop --service age --age 20 --until 2030-01-01T00:00:00Z --out ./shop',
  )
  .action((name, options) => runCommand(async () => (await import('./authority-party.ts')).addParty(name, options)))
party
  .command('list')
  .description('the register of parties, and how much each was answered within a day')
  .addOption(dataOption())
  .option('--json', 'as data')
  .action((options) => runCommand(async () => (await import('./authority-party.ts')).listParties(options)))
party
  .command('end')
  .argument('<name>')
  .description('end an accreditation now')
  .addOption(dataOption())
  .action((name, options) => runCommand(async () => (await import('./authority-party.ts')).endParty(name, options)))

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

await program.parseAsync()
