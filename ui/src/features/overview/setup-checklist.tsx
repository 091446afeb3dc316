import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";

import { Card } from "@/components/card";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import styles from "./setup-checklist.module.css";

/** The first run: nothing was looked at, and what to do about it. */
export function SetupChecklist() {
  const words = useWords();
  const mayManage = useMay("province_admin");
  const mayEnrol = useMay("province_admin", "soc_operator", "unit_officer");
  const steps = [
    { to: "/co-quan", title: words.overview.setupUnits, sub: words.overview.setupUnitsSub, may: mayManage },
    { to: "/may-tinh", title: words.overview.setupMachine, sub: words.overview.setupMachineSub, may: mayEnrol },
    { to: "/nguoi-dung", title: words.overview.setupPeople, sub: words.overview.setupPeopleSub, may: mayManage },
  ] as const;
  const mine = steps.filter((step) => step.may);
  if (mine.length === 0) {
    return (
      <Card title={words.overview.setupNone} sub={words.overview.setupSub}>
        <p>{words.overview.setupAsk}</p>
      </Card>
    );
  }
  return (
    <Card title={words.overview.setup} sub={words.overview.setupSub}>
      <ol className={styles.steps}>
        {mine.map((step, index) => (
          <li key={step.to}>
            <Link to={step.to} search={step.to === "/may-tinh" ? { add: true } : {}} className={styles.step}>
              <b className={styles.index}>{index + 1}</b>
              <span>
                <b>{step.title}</b>
                <small>{step.sub}</small>
              </span>
              <ArrowRight size={16} aria-hidden />
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
