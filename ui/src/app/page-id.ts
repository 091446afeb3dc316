/** The number in the address of one thing; null when there is none. */
export function pageId(text: string): number | null {
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
