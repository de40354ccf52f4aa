/** As much of two packages without types as we use. */

declare module 'pdfkit' {
  interface Events {
    data: (part: Uint8Array) => void
    end: () => void
    error: (error: Error) => void
  }
  export default class PDFDocument {
    constructor(options: { size: [number, number]; margin: number; info: Record<string, unknown> })
    on<Name extends keyof Events>(event: Name, listener: Events[Name]): this
    end(): void
  }
}

declare module 'svg-to-pdfkit' {
  import type PDFDocument from 'pdfkit'

  interface Options {
    width: number
    height: number
    assumePt: boolean
    fontCallback: (family: string, isBold: boolean, isItalic: boolean) => string
    warningCallback: (message: string) => void
  }
  export default function SVGtoPDF(
    document: PDFDocument,
    svg: string,
    x: number,
    y: number,
    options: Options,
  ): void
}
