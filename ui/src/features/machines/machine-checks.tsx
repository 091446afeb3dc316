import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { Card } from "@/components/card";
import type { Machine } from "@/lib/api-types";
import * as format from "@/lib/format";
import { findingsQuery } from "@/lib/queries";

import { FindingRows } from "./finding-rows";
import styles from "./machine-findings.module.css";
import { useMachineWords } from "./words";

/** What ought not to be so on this machine: each line opens its why, how to mend it and its clause. */
export function MachineChecks({ machine }: { machine: Machine }) {
  const words = useMachineWords();
  const query = useInfiniteQuery(findingsQuery({ view: "open", machine: machine.id, judge: "law" }));
  const told = machine.protection_on !== null;
  return (
    <Card title={words.checks} sub={words.checksSub}>
      <AsyncView
        query={query}
        isEmpty={(data) => data.pages[0]?.items.length === 0}
        empty={() => (
          <p className={styles.none}>
            {told ? <CircleCheck size={18} className={styles.good} aria-hidden /> : <CircleDashed size={18} aria-hidden />}
            {told ? words.checksClear : words.checksUnlooked}
          </p>
        )}
      >
        {(data) => (
          <>
            <p className={styles.count}>{words.checksOpen(format.number(data.pages[0]?.total ?? 0))}</p>
            <FindingRows machine={machine.id} findings={data.pages[0]?.items ?? []} />
          </>
        )}
      </AsyncView>
    </Card>
  );
}
