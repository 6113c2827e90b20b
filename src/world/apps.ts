// The apps that come with the service: J-LIS's UI app and each carrier's TSM proxy; and that of a railway. A handset knows an app by the
// certificate that signed it, and the rules in a SIM name apps by its hash. The signing keys were thrown away.

import { type Bytes, fromBase64url } from '../base/bytes.ts'
import { sha256 } from '../base/crypto.ts'
import { type DeviceApp, deviceApp } from '../protocol/access-rules/index.ts'
import { CARRIERS, type CarrierId } from './people.ts'

interface SignedApp {
  readonly app: DeviceApp
  readonly certificate: Bytes
  /** SHA-256 of the certificate: how a rule names the app. */
  readonly id: Bytes
}

function signed(name: string, certificate: string): SignedApp {
  const der = fromBase64url(certificate)
  return { app: deviceApp(name, [der]), certificate: der, id: sha256(der) }
}

export const UI_APP = signed(
  'jp.kazasu.jpki',
  'MIIBozCCAUmgAwIBAgIURfh84-WckLje_2i-s9hPRS2B1YIwCgYIKoZIzj0EAwIwJjELMAkGA1UEBhMCSlAxFzAVBgNVBAMMDmpwLmthemFzdS5qcGtpMCAXDTI2MTEyODAzNTg1M1oYDzIwNTYxMTIwMDM1ODUzWjAmMQswCQYDVQQGEwJKUDEXMBUGA1UEAwwOanAua2F6YXN1Lmpwa2kwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS4G1cQW3wJiACvRc_kDAQODTlqAIj5oUcbt29CC1CdkB-bJZuqoQWbhA8KZRrS2ispimHHhCeMLilWF4axdqYEo1MwUTAdBgNVHQ4EFgQUgduYCdE9PpPgieJ259ZGFEN-_5wwHwYDVR0jBBgwFoAUgduYCdE9PpPgieJ259ZGFEN-_5wwDwYDVR0TAQH_BAUwAwEB_zAKBggqhkjOPQQDAgNIADBFAiEApgqon6czr-89__1qZPllcUje3bzjA7anXwu6bCAIsVgCIB96ccSwHc8V2dBK9KwHhSRb5ysdoT7XqcZNoPKc2fJP',
)

const PROXIES = {
  minato: signed(
    'jp.kazasu.minato.tsm-proxy',
    'MIIBvDCCAWGgAwIBAgIUCeZDbNsIh_jNDHTEO011qyIacE8wCgYIKoZIzj0EAwIwMjELMAkGA1UEBhMCSlAxIzAhBgNVBAMMGmpwLmthemFzdS5taW5hdG8udHNtLXByb3h5MCAXDTI2MTEyODAzNTg1M1oYDzIwNTYxMTIwMDM1ODUzWjAyMQswCQYDVQQGEwJKUDEjMCEGA1UEAwwaanAua2F6YXN1Lm1pbmF0by50c20tcHJveHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASgmZ5yOINvKv3OzDkqv5LBNU8uP2qqzRBg1rBp9Hx81EwI37xy_gDqFLFsud73PjFp0xZqxP4Jnldjf4gwThEOo1MwUTAdBgNVHQ4EFgQUSMVR_-JufoRzQZokMkcIPWXH8GkwHwYDVR0jBBgwFoAUSMVR_-JufoRzQZokMkcIPWXH8GkwDwYDVR0TAQH_BAUwAwEB_zAKBggqhkjOPQQDAgNJADBGAiEA8ZUPkSyQsZ3XYUGOOkrfzEYjOXbuGRoPerf6AQfZFAUCIQCxyw77ztf64LSFOUl0KQswUw6-zHDUZsW29vYuc5cnnw',
  ),
  aozora: signed(
    'jp.kazasu.aozora.tsm-proxy',
    'MIIBvDCCAWGgAwIBAgIUSU1sihmWBf6I5Az2bFEtNTJikuAwCgYIKoZIzj0EAwIwMjELMAkGA1UEBhMCSlAxIzAhBgNVBAMMGmpwLmthemFzdS5hb3pvcmEudHNtLXByb3h5MCAXDTI2MTEyODAzNTg1M1oYDzIwNTYxMTIwMDM1ODUzWjAyMQswCQYDVQQGEwJKUDEjMCEGA1UEAwwaanAua2F6YXN1LmFvem9yYS50c20tcHJveHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQtJqUmvUMlhmkyZ4n6i2OJev1LEYz-6cIt_nH0X2NjuNTDOawi_y5rMYeeHEmUhpnE77uQMhd_GYp9aGAktL5zo1MwUTAdBgNVHQ4EFgQUEuDUN0Um2ainU-94w4YSEVu5gNcwHwYDVR0jBBgwFoAUEuDUN0Um2ainU-94w4YSEVu5gNcwDwYDVR0TAQH_BAUwAwEB_zAKBggqhkjOPQQDAgNJADBGAiEA_5s_0sC0dCiRS7GJvhI-eboZKfWDvB_xKyZjG6InTUcCIQDmBEeSTXB42bUgd2gZGwUr5fp-TZF0qh4Lmi9AhaXnYQ',
  ),
}

/** The railway's members get it from a shop of apps. */
export const MEMBER_APP = signed(
  'jp.example.sakura.railway',
  'MIIBujCCAV-gAwIBAgIUDHP36jGEMoDIHyWRX-zqRvuTOdowCgYIKoZIzj0EAwIwMTELMAkGA1UEBhMCSlAxIjAgBgNVBAMMGWpwLmV4YW1wbGUuc2FrdXJhLXJhaWx3YXkwIBcNMjYxMTI4MTQxMDQyWhgPMjA1NjExMjAxNDEwNDJaMDExCzAJBgNVBAYTAkpQMSIwIAYDVQQDDBlqcC5leGFtcGxlLnNha3VyYS1yYWlsd2F5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnqwHabEtYeEfVTvDmvg4lP6EVWMgpOqQJfI6lW7yiQPDm8hck785wnzJ8aWCR3l425p7yYi9IG-AsaEeMdyHqqNTMFEwHQYDVR0OBBYEFPCOF7pO4sJITXIMCBCz0NAQJRIIMB8GA1UdIwQYMBaAFPCOF7pO4sJITXIMCBCz0NAQJRIIMA8GA1UdEwEB_wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJhqVSEemrIqi2CFMB-XDjfUxUaN_E1EK8Rzo-ZAU-PsAiEApu6NE0S_zYB0w9yjIZnH7S69liHTMHciaNyDay0jy38',
)

/** What a phone has when it is sold: J-LIS's app, and with a SIM the proxy of its carrier. */
export const APPS = { ui: UI_APP.app, proxy: (carrier: string) => proxyAppOf(carrier as CarrierId).app }

/** An MVNO has the proxy of its host. */
export function proxyAppOf(carrier: CarrierId): SignedApp {
  const { kind } = CARRIERS[carrier]
  return PROXIES[kind === 'mvno' ? CARRIERS[carrier as 'kodama'].host : (carrier as keyof typeof PROXIES)]
}
