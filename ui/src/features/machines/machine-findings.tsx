import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import type { Finding, FindingPage, Machine } from "@/lib/api-types";
import { findingsQuery } from "@/lib/queries";

import { FindingRows } from "./finding-rows";
import styles from "./machine-findings.module.css";
import { useMachineWords } from "./words";

const SHOWN = 8;

/** Settings have a card of their own. */
const notSettings = (pages: FindingPage[]): Finding[] => pages[0]?.items.filter(({ judge }) => judge !== "law") ?? [];

export function MachineFindings({ machine, looked }: { machine: Machine; looked: boolean }) {
  const words = useMachineWords();
  const query = useInfiniteQuery(findingsQuery({ view: "open", machine: machine.id }));
  return (
    <Card title={words.findings}>
      <AsyncView
        query={query}
        isEmpty={(data) => notSettings(data.pages).length === 0}
        empty={() => (
          <p className={styles.none}>
            {looked ? <CircleCheck size={18} className={styles.good} aria-hidden /> : <CircleDashed size={18} aria-hidden />}
            {looked ? words.findingsClear : words.findingsUnlooked}
          </p>
        )}
      >
        {(data) => <FindingRows machine={machine.id} findings={notSettings(data.pages).slice(0, SHOWN)} />}
      </AsyncView>
      <p className={styles.all}>
        <Link to="/phat-hien" search={{ machine: machine.id, view: "all" }} className="link">
          {words.allFindings}
        </Link>
      </p>
    </Card>
  );
}
