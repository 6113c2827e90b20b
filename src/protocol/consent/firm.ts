// 法人番号: thirteen digits, of which the first checks the other twelve. 法人番号の指定等に関する省令, article 2.

/** The digit that stands before these twelve: 9 less the weighted sum modulo 9. Weights 1 and 2 in turn, from the last digit on. */
export function firmCheckDigit(twelve: string): number {
  const sum = [...twelve].reverse().reduce((total, digit, n) => total + Number(digit) * (n % 2 === 0 ? 1 : 2), 0)
  return 9 - (sum % 9)
}

export const isFirmNumber = (text: string): boolean =>
  /^[1-9][0-9]{12}$/.test(text) && firmCheckDigit(text.slice(1)) === Number(text[0])
