export interface PublicName {
  name: string
  file: string
}
export interface Description {
  kind: string
  declaration: string
  doc: string
}
export function publicNames(indexFile: string): PublicName[]
export function describeName(entry: PublicName): Description | null
export function parseDoc(doc: string): { text: string; tags: { tag: string; text: string }[] }
