import { TriangleAlert } from "lucide-react";

import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import type { SiteBrowser } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useMay } from "@/lib/queries";

import styles from "./site-page.module.css";
import { useSiteBrowser } from "./use-sites";
import { useSiteWords, type SiteWords } from "./words";

/** Whether pages are opened in a browser, and how that goes: a finding by script stands and falls with it. */
export function BrowserNotice() {
  const words = useSiteWords();
  const browser = useSiteBrowser(useMay("province_admin", "soc_operator")).data;
  if (!browser) return null;
  if (!browser.enabled) return <p className={styles.soft}>{words.browserOff}</p>;
  const said = browserSaid(words, browser);
  if (!browser.fails) return <p className={styles.soft}>{said}</p>;
  return (
    <div className={page.warning} role="status">
      <TriangleAlert size={18} aria-hidden />
      <p>
        {words.browserFails(format.dateTime(browser.error_at ?? ""))} <OutsideText value={browser.error} />. {said}
      </p>
    </div>
  );
}

function browserSaid(words: SiteWords, browser: SiteBrowser): string {
  const today = words.browserOn(format.number(browser.opened_today), format.number(browser.sites_today), format.number(browser.pages_a_day));
  const end = browser.sites_at_end > 0 ? ` ${words.browserAtEnd(format.number(browser.sites_at_end))}` : "";
  const last = browser.opened_at ? words.browserLast(format.dateTime(browser.opened_at)) : words.browserNone;
  const earlier = browser.error_at && !browser.fails ? ` ${words.browserFailed(format.dateTime(browser.error_at), browser.error)}` : "";
  return `${today}${end} ${last}${earlier}`;
}
