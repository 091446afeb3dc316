import type { Text } from "@/lib/api-types";

/** «1440/UBND-VHXH, Ủy ban nhân dân tỉnh Kiên Giang»; a document without a number says so and shows its title. */
export function directiveName(
  directive: { number: string | null; issuer: Text; title: Text },
  hubText: (text: Text) => string,
  unknown: string,
): string {
  const issuer = hubText(directive.issuer);
  if (directive.number) return issuer ? `${directive.number} · ${issuer}` : directive.number;
  return `${unknown} · ${hubText(directive.title)}`;
}
