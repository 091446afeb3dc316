import { Link } from "@tanstack/react-router";
import { LifeBuoy } from "lucide-react";

import type { HelpAbout } from "@/lib/api-types";
import { wordsOf } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./ask-help.module.css";

const useAskWords = wordsOf({ ask: "Không tự làm được? Xin hỗ trợ" }, { ask: "Stuck? Ask for help" });

export interface HelpCause {
  about: HelpAbout;
  /** Nothing of a page in general. */
  id?: number | string;
  /** Where whoever helps can see it. */
  page: string;
  unit?: number;
}

/** The way out for whoever is stuck on a thing: what it is about goes along. */
export function AskHelp({ about, id, page, unit }: HelpCause) {
  const words = useAskWords();
  const mayAsk = useMay("unit_officer");
  if (!mayAsk) return null;
  return (
    <p className={styles.ask}>
      <LifeBuoy size={16} aria-hidden />
      <Link to="/ho-tro/moi" search={{ about, ...(id === undefined ? {} : { about_id: String(id) }), page, ...(unit === undefined ? {} : { of: unit }) }} className="link">
        {words.ask}
      </Link>
    </p>
  );
}
