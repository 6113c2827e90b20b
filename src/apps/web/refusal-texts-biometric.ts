// What a refusal about a finger or a face means for the person in front of the phone. By the stable code.

import type { Words } from './language.ts'

export const BIOMETRIC_REFUSALS = {
  'phone/biometricOff': {
    ja: '指紋・顔は使えません。暗証番号を入力してください。設定の「指紋・顔」で、また使えるようにできます。',
    en: 'Fingerprint and face are off. Enter the PIN. You can turn them on again in the settings.',
  },
  'phone/biometricPaused': {
    ja: '指紋・顔を3回続けて確かめられませんでした。暗証番号で承認すると、また使えます。',
    en: 'Your finger or face was not recognised three times in a row. Approve with the PIN, and it works again.',
  },
  'phone/biometricPinFirst': {
    ja: '暗証番号がまちがって入力されたため、指紋・顔は使えません。暗証番号を入力してください。',
    en: 'A wrong PIN was entered, so finger and face do not count now. Enter the PIN.',
  },
  'phone/biometricNotAccepted': {
    ja: '指紋・顔を確かめられませんでした。もう一度押すか、暗証番号を入力してください。',
    en: 'Your finger or face could not be confirmed. Press again, or enter the PIN.',
  },
  'phone/biometricStale': {
    ja: '暗証番号が変わっています。新しい暗証番号を入力してください。指紋・顔は、設定からもう一度使えるようにしてください。',
    en: 'The PIN has changed. Enter the new one, and turn fingerprint or face on again in the settings.',
  },
  'phone/pinWanted': {
    ja: 'このサービスは、暗証番号を求めています。暗証番号を入力してください。',
    en: 'This service asks for the PIN. Please enter it.',
  },
} as const satisfies Record<string, Words>
