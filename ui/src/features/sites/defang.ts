/** An address nobody follows by mistake: hxxps://… */
export function defang(url: string): string {
  return url.replace(/^http/i, "hxxp");
}

/** It ends on another host than the one that was asked: somebody was sent away. */
export function leadsAway(asked: string, final: string): boolean {
  return hostOf(asked) !== hostOf(final);
}

function hostOf(url: string): string {
  return (/^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url).toLowerCase().replace(/^www\./, "");
}

/** Where on the site: the path of an address, or the whole of it where there is none. */
export function pathOf(url: string): string {
  const found = /^https?:\/\/[^/?#]*(.*)$/i.exec(url);
  if (!found) return url;
  const path = found[1] ?? "";
  return path === "" ? "/" : path;
}
