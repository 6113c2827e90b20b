// Real cards in real readers.

export { type CardInReader, listReaders, openReader, type ReaderState } from './readers.ts'
