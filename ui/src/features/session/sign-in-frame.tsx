import { Languages, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "@/components/button";
import { Logo } from "@/components/logo";
import { setLanguage, useLanguage, useWords } from "@/lib/i18n";
import { toggleTheme, useTheme } from "@/lib/theme";

import styles from "./sign-in.module.css";

/** The page around everything that comes before the shell. */
export function SignInFrame({ title, sub, children }: { title: string; sub?: string; children: ReactNode }) {
  const words = useWords();
  const language = useLanguage();
  const theme = useTheme();
  return (
    <div className={styles.page}>
      <aside className={styles.side}>
        <div className={styles.brand}>
          <Logo size={40} inverse />
          <div>
            <b>{words.app.name}</b>
            <span>{words.app.tagline}</span>
          </div>
        </div>
        <p className={styles.motto}>{words.session.wholePage}</p>
        <ShieldPattern />
      </aside>
      <main className={styles.main}>
        <div className={styles.tools}>
          <IconButton
            label={words.language.switchTo}
            icon={Languages}
            onClick={() => void setLanguage(language === "vi" ? "en" : "vi")}
          />
          <IconButton
            label={theme === "dark" ? words.theme.toLight : words.theme.toDark}
            icon={theme === "dark" ? Sun : Moon}
            onClick={toggleTheme}
          />
        </div>
        <div className={styles.box}>
          <div className={styles.phoneBrand}>
            <Logo size={36} />
            <span>{words.app.tagline}</span>
          </div>
          <h1>{title}</h1>
          {sub && <p className={styles.sub}>{sub}</p>}
          {children}
        </div>
      </main>
    </div>
  );
}

const RINGS = [70, 130, 190, 250, 310, 370];

/** Quiet rings, as a shield and as a sonar. */
function ShieldPattern() {
  return (
    <svg className={styles.pattern} viewBox="0 0 400 400" aria-hidden>
      {RINGS.map((radius) => (
        <circle key={radius} cx="400" cy="400" r={radius} fill="none" stroke="currentColor" />
      ))}
    </svg>
  );
}
