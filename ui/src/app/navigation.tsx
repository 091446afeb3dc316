import { Link } from "@tanstack/react-router";
import { Building2, LayoutDashboard, MonitorSmartphone, Radar, ScrollText, Users, type LucideIcon } from "lucide-react";

import type { Role } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";
import { useSession } from "@/lib/queries";

import styles from "./navigation.module.css";

interface Entry {
  to: "/tong-quan" | "/phat-hien" | "/may-tinh" | "/co-quan" | "/nguoi-dung" | "/nhat-ky";
  word: "overview" | "findings" | "machines" | "units" | "users" | "audit";
  icon: LucideIcon;
  /** Whom the hub answers; everybody when absent. Others do not see the entry at all. */
  roles?: Role[];
}

const WATCH: Entry[] = [
  { to: "/tong-quan", word: "overview", icon: LayoutDashboard },
  { to: "/phat-hien", word: "findings", icon: Radar },
  { to: "/may-tinh", word: "machines", icon: MonitorSmartphone },
];

const ADMINISTER: Entry[] = [
  { to: "/co-quan", word: "units", icon: Building2 },
  { to: "/nguoi-dung", word: "users", icon: Users, roles: ["province_admin", "inspector"] },
  { to: "/nhat-ky", word: "audit", icon: ScrollText, roles: ["province_admin", "inspector"] },
];

export function Navigation() {
  const words = useWords().nav;
  const { role } = useSession();
  const visible = (entries: Entry[]) => entries.filter((entry) => !entry.roles || entry.roles.includes(role));
  return (
    <nav className={styles.nav} aria-label={words.main}>
      <Entries entries={visible(WATCH)} />
      <div className={styles.heading} id="nav-administration">
        {words.administration}
      </div>
      <Entries entries={visible(ADMINISTER)} labelledBy="nav-administration" />
    </nav>
  );
}

function Entries({ entries, labelledBy }: { entries: Entry[]; labelledBy?: string }) {
  const words = useWords().nav;
  return (
    <ul aria-labelledby={labelledBy}>
      {entries.map(({ to, word, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            className={styles.entry}
            activeProps={{ className: styles.active, "aria-current": "page" }}
            activeOptions={{ includeSearch: false }}
          >
            <Icon size={18} aria-hidden />
            <span>{words[word]}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
