// The figures as a table for people.

import type { Figure } from './harness.ts'

const duration = (milliseconds: number): string => {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`
  if (milliseconds >= 1) return `${milliseconds.toFixed(milliseconds >= 100 ? 0 : 2)} ms`
  return `${(milliseconds * 1000).toFixed(milliseconds >= 0.01 ? 1 : 2)} µs`
}

const HEAD = ['what', 'one', 'a second', 'floor', 'ratio', 'of processor', '×10 work'] as const

const row = (figure: Figure): string[] => [
  figure.name,
  duration(figure.milliseconds),
  (1000 / figure.milliseconds).toLocaleString('en', { maximumSignificantDigits: 3 }),
  duration(figure.floorMilliseconds),
  figure.ratio.toFixed(2),
  figure.processorRatio?.toFixed(2) ?? '-',
  figure.growth === undefined ? '-' : `×${figure.growth.toFixed(1)}`,
]

export function table(figures: readonly Figure[]): string {
  const rows = [[...HEAD], ...figures.map(row)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
  return rows.map(line).join('\n')
}

export function legend({ name, unit, floorIs, notes }: Figure): string {
  return [`${name}: one is ${unit}; floor: ${floorIs}`, ...notes.map((note) => `    ${note}`)].join('\n')
}
