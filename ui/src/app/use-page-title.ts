import { useEffect } from "react";

import { useWords } from "@/lib/i18n";

/** The tab says where one is: several tabs of Khiên are told apart. */
export function usePageTitle(path: string): void {
  const words = useWords();
  const titles: Record<string, string> = {
    "tong-quan": words.nav.overview,
    "phat-hien": words.nav.findings,
    "may-tinh": words.nav.machines,
    "co-quan": words.nav.units,
    "nguoi-dung": words.nav.users,
    "nhat-ky": words.nav.audit,
  };
  const title = titles[path.split("/")[1] ?? ""];
  useEffect(() => {
    document.title = title ? `${title} – ${words.app.name}` : words.app.name;
  }, [title, words.app.name]);
}
