/** «Mỹ Châu», «MY CHAU» and a decomposed «Mỹ Châu» all fold to the same key: marks, case and đ/d do not matter. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
}

/** What a person typed, as it is sent and stored: composed, without outer blanks. */
export function typed(text: string): string {
  return text.normalize("NFC").trim();
}
