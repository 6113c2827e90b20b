// The commands of `kazasu gp`: names, options, help. What each does is in a file of its own, loaded when it is called.

import { type Command, Option } from 'commander'
import { runCommand } from '../run-command.ts'

const hidden = (flags: string, what: string, name: string) => new Option(flags, `${what} (- asks)`).env(name)

/** Which card, what to show, what to keep. */
function withTarget(command: Command, data: () => Option): Command {
  return command
    .addOption(data())
    .option('--card <name>', 'a card of the data folder: adult-phone, elder-phone, child-phone, adult, ...')
    .option('--card-file <file>', 'an emulated SIM in a file of its own')
    .option('--new', 'with --card-file: make it, with the test keys 40..4F')
    .option('--reader <name>', 'the card in this PC/SC reader')
    .option('--replay <file>', 'a recording in the place of a card')
    .option('--record <file>', 'write a recording, without PINs and keys, that --replay can play')
    .option('--trace', 'every APDU on standard error, decoded, secure messaging opened')
    .option('--json', 'the result as data')
    .option('--aid <hex>', 'security domain to talk to; the issuer’s if absent')
}

/** How the secure channel opens. */
function withKeys(command: Command): Command {
  return command
    .addOption(hidden('--key <hex>', 'key for ENC, MAC and DEK, or master key with --kdf', 'KAZASU_GP_KEY'))
    .addOption(hidden('--key-enc <hex>', 'key ENC', 'KAZASU_GP_KEY_ENC'))
    .addOption(hidden('--key-mac <hex>', 'key MAC', 'KAZASU_GP_KEY_MAC'))
    .addOption(hidden('--key-dek <hex>', 'key DEK', 'KAZASU_GP_KEY_DEK'))
    .addOption(new Option('--kdf <name>', 'how keys follow from the master key').choices(['kdf3', 'visa2', 'emv']))
    .option('--carrier-keys <carrier>', 'master key of this carrier in the data folder: minato, minato-256, ...')
    .option('--key-version <hex>', 'version of the key set; the card’s default if absent')
    .addOption(
      new Option('--scp <number>', 'secure channel protocol; the card is asked if absent').choices(['02', '03']),
    )
    .option('--level <hex>', 'security level 00, 01, 03, 11, 13 or 33; the highest of the card if absent')
    .option('--uncounted-empty', 'for cards that do not count commands without data')
}

const EXIT = '\nExit status: 0 done, 1 refused (the code stands in brackets), 70 a fault of this program.'
const examples = (...lines: readonly string[]) =>
  `\nExamples:\n${lines.map((line) => `  kazasu gp ${line}`).join('\n')}\n${EXIT}`

export function addGpCommands(program: Command, data: () => Option): void {
  const gp = program
    .command('gp')
    .description('manage the applications of a GlobalPlatform card: a SIM, a secure element, a Java Card')
    .addHelpText(
      'after',
      examples(
        'list --card-file sim.card --new',
        "info --reader 'ACS ACR38U-CCID 00 00'",
        'install applet.cap --card-file sim.card',
        'list --card adult-phone --carrier-keys minato',
      ),
    )
  const plain = (name: string, text: string) => withTarget(gp.command(name).description(text), data)
  const keyed = (name: string, text: string) => withKeys(plain(name, text))
  const destructive = (name: string, text: string) =>
    keyed(name, text).option('--yes', 'do not ask').option('--dry-run', 'show what would be sent')

  keyed('list', 'the registry: domains, applications, load files')
    .addHelpText('after', examples('list --card-file sim.card', 'list --replay session.apdu --json'))
    .action((options) => runCommand(async () => (await import('./list.ts')).list(options)))
  plain('info', 'what the card tells of itself; needs no key')
    .addHelpText('after', examples('info --card-file sim.card', 'info --card adult-phone --json'))
    .action((options) => runCommand(async () => (await import('./info.ts')).info(options)))

  const loading = (command: Command) =>
    command
      .option('--to <aid>', 'domain that the code goes to')
      .addOption(
        new Option('--hash <name>', 'hash of the load file').choices(['none', 'sha1', 'sha256', 'sha384', 'sha512']),
      )
      .option('--block <bytes>', 'bytes of a LOAD block; as many as fit if absent')
      .option('--token-key <file>', 'delegated management: key of the tokens, PEM or AES in hex')
      .option('--dap-key <file>', 'key that vouches for the code, PEM or AES in hex')
      .option('--dap-domain <aid>', 'domain that checks it')
      .option('--dry-run', 'show what would be sent')
  loading(keyed('load', 'a CAP file (.cap or .ijc) onto the card').argument('<file>', 'CAP file'))
    .addHelpText('after', examples('load applet.cap --card-file sim.card'))
    .action((file, options) => runCommand(async () => (await import('./install.ts')).load(file, options)))
  loading(keyed('install', 'load a CAP file and install its applets').argument('[file]', 'CAP file'))
    .option('--package <aid>', 'instead of a file: a load file that is on the card')
    .option('--module <aid>', 'this applet alone')
    .option('--as <aid>', 'AID of the instance; that of the module if absent')
    .option('--privileges <name...>', 'names, or three bytes in hex')
    .option('--params <hex|@file>', 'parameters of the applet')
    .addHelpText(
      'after',
      examples(
        'install applet.cap --card-file sim.card',
        'install --package D276000085 --module D27600008501 --as D27600008502',
      ),
    )
    .action((file, options) => runCommand(async () => (await import('./install.ts')).install(file, options)))
  destructive('delete', 'an application, a load file, or keys')
    .argument('[aid]', 'application or load file')
    .option('--related', 'with a load file: what comes from it too')
    .option('--keys <version>', 'instead: keys of this version')
    .addHelpText('after', examples('delete D276000085 --related --yes --card-file sim.card'))
    .action((aid, options) => runCommand(async () => (await import('./delete.ts')).remove(aid, options)))

  const locking = (command: Command) =>
    command
      .argument('[aid]', 'application or domain')
      .option('--domain', 'the domain with everything in it')
      .option('--whole-card', 'the card itself; then only its final application answers')
  locking(destructive('lock', 'an application, a domain, or the whole card'))
    .option('--terminate-forever', 'end the card; nothing brings it back')
    .addHelpText(
      'after',
      examples('lock D392F000260100000001 --card-file sim.card', 'lock --whole-card --yes --card-file sim.card'),
    )
    .action((aid, options) => runCommand(async () => (await import('./lock.ts')).lock(aid, options)))
  locking(destructive('unlock', 'what was locked'))
    .addHelpText('after', examples('unlock --whole-card --yes --card-file sim.card'))
    .action((aid, options) => runCommand(async () => (await import('./lock.ts')).unlock(aid, options)))

  keyed('put-key', 'a key set, a single key, or a public key')
    .requiredOption('--new-version <hex>', 'version of the new keys')
    .option('--replace <hex>', 'version that goes; without it the keys are added')
    .option('--id <hex>', 'number of a single key')
    .addOption(new Option('--type <name>', 'kind of the key').choices(['aes', 'des', 'psk']))
    .addOption(hidden('--new-key <hex>', 'new key, for all three of a set', 'KAZASU_GP_NEW_KEY'))
    .addOption(hidden('--new-key-enc <hex>', 'new key ENC', 'KAZASU_GP_NEW_KEY_ENC'))
    .addOption(hidden('--new-key-mac <hex>', 'new key MAC', 'KAZASU_GP_NEW_KEY_MAC'))
    .addOption(hidden('--new-key-dek <hex>', 'new key DEK', 'KAZASU_GP_NEW_KEY_DEK'))
    .option('--public-key <file>', 'instead: a public key in PEM, for tokens (70) or DAP (73)')
    .addHelpText(
      'after',
      examples(
        'put-key --new-version 31 --new-key - --card-file sim.card',
        'put-key --new-version 70 --public-key token.pem',
      ),
    )
    .action((options) => runCommand(async () => (await import('./put-key.ts')).putKey(options)))
  keyed('store-data', 'personalisation data')
    .argument('<hex|@file>', 'the data')
    .option('--to <aid>', 'the application that they are for')
    .addOption(new Option('--format <name>', 'how they are built').choices(['free', 'dgi', 'ber-tlv']))
    .option('--encrypted', 'they are under the DEK already')
    .option('--answers', 'the application answers')
    .option('--dry-run', 'show what would be sent')
    .addHelpText('after', examples('store-data 420401020304 --format ber-tlv --card-file sim.card'))
    .action((text, options) => runCommand(async () => (await import('./store-data.ts')).storeData(text, options)))

  withKeys(withTarget(gp.command('ssd').description('supplementary security domains').command('create'), data))
    .description('a new security domain')
    .argument('<aid>', 'its AID')
    .option('--privileges <name...>', 'more than that of a domain; names, or three bytes in hex')
    .option('--package <aid>', 'load file of security domains')
    .option('--module <aid>', 'module of security domains')
    .option('--ssd-i <hex>', 'SCP03 parameter i of the domain')
    .option('--dry-run', 'show what would be sent')
    .addHelpText('after', examples('ssd create D4D4D4D4D4010101 --card-file sim.card'))
    .action((aid, options) => runCommand(async () => (await import('./ssd.ts')).createDomain(aid, options)))

  addRuleCommands(gp.command('rules').description('access rules: which app may reach which application'), data)

  const sending = (command: Command) => command.option('--secure', 'inside the secure channel')
  sending(keyed('apdu', 'send C-APDUs').argument('<hex...>', 'C-APDUs'))
    .addHelpText('after', examples('apdu 00A4040000 80CA006600 --card-file sim.card'))
    .action((texts, options) => runCommand(async () => (await import('./apdu.ts')).apdu(texts, options)))
  plain('ota', 'C-APDUs to a SIM in a secured packet, as over the air (SCP80)')
    .argument('<hex...>', 'C-APDUs')
    .option('--packet-version <hex>', 'version of the key set, 01 to 0F', '01')
    .addOption(new Option('--type <name>', 'kind of its keys').choices(['aes', 'des']).default('aes'))
    .addOption(hidden('--kic <hex>', 'key KIc', 'KAZASU_GP_KIC'))
    .addOption(hidden('--kid <hex>', 'key KID', 'KAZASU_GP_KID'))
    .option('--tar <hex>', 'whom the packet is for; the issuer’s domain if absent', 'B00000')
    .option('--counter <number>', 'counter of the packet; the clock’s seconds if absent')
    .addHelpText('after', examples('ota 80F28002024F0000 --card-file sim.card'))
    .action((texts, options) => runCommand(async () => (await import('./ota.ts')).ota(texts, options)))
  sending(keyed('script', 'send the commands of a transcript and compare its answers').argument('<file>', '*.apdu'))
    .addHelpText('after', examples('script checks.apdu --reader "Virtual PCD 00 00"'))
    .action((file, options) => runCommand(async () => (await import('./apdu.ts')).script(file, options)))
}

function addRuleCommands(rules: Command, data: () => Option): void {
  withTarget(rules.command('list').description('all rules; needs no key'), data)
    .addHelpText('after', examples('rules list --card-file sim.card'))
    .action((options) => runCommand(async () => (await import('./rules.ts')).listRules(options)))
  const about = (command: Command) =>
    withKeys(withTarget(command, data))
      .option('--app <aid>', 'application of the card, or all, or default')
      .option('--certificate <file>', 'certificate that signed the app on the handset; every app if absent')
      .option('--hash <hex>', 'SHA-1 or SHA-256 of it, instead')
      .option('--dry-run', 'show what would be sent')
  about(rules.command('add').description('one rule'))
    .option('--package-name <name>', 'package of the app')
    .option('--apdu <rule...>', 'never, always, or filters as 00A40400/FFFFFF00')
    .addOption(new Option('--nfc <rule>', 'events of the contactless front end').choices(['never', 'always']))
    .option('--carrier-privileges <hex>', 'eight bytes')
    .addHelpText(
      'after',
      examples('rules add --app D392F000260100000001 --certificate app.pem --apdu always --card-file sim.card'),
    )
    .action((options) => runCommand(async () => (await import('./rules.ts')).addRule(options)))
  about(rules.command('delete').description('rules of an application, of an app on it, or all'))
    .option('--all', 'all rules')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('rules delete --app D392F000260100000001 --card-file sim.card', 'rules delete --all --yes'),
    )
    .action((options) => runCommand(async () => (await import('./rules.ts')).deleteRules(options)))
}
