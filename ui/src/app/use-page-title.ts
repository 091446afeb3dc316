import { useEffect } from "react";

import { useWords } from "@/lib/i18n";

/** The tab says where one is: several tabs of Khiên are told apart. */
export function usePageTitle(path: string): void {
  const words = useWords();
  const titles: Record<string, string> = {
    "hom-nay": words.nav.today,
    "tong-quan": words.nav.overview,
    "phat-hien": words.nav.findings,
    "cach-ly": words.nav.quarantine,
    "may-tinh": words.nav.machines,
    website: words.nav.sites,
    botnet: words.nav.botnet,
    "canh-bao": words.nav.advisories,
    "chinh-sach": words.nav.policies,
    "cap-nhat-noi-dung": words.nav.content,
    "do-phu": words.nav.coverage,
    "su-co": words.nav.incidents,
    "lich-truc": words.nav.roster,
    "nghia-vu": words.nav.duties,
    "he-thong": words.nav.systems,
    "bao-cao": words.nav.reports,
    "chia-se": words.nav.sharing,
    "thong-bao": words.bell.title,
    "so-dang-ky": words.nav.registers,
    lich: words.nav.calendar,
    "co-quan": words.nav.units,
    "van-ban": words.nav.directives,
    "nhap-du-lieu": words.nav.imports,
    "nguoi-dung": words.nav.users,
    "nhat-ky": words.nav.audit,
  };
  const title = titles[path.split("/")[1] ?? ""];
  useEffect(() => {
    document.title = title ? `${title} – ${words.app.name}` : words.app.name;
  }, [title, words.app.name]);
}
