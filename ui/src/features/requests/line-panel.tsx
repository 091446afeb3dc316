import { CircleCheck, CornerUpLeft } from "lucide-react";
import { useState } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Panel } from "@/components/panel";
import type { RequestDetail, RequestUnitDetail } from "@/lib/api-types";
import { useMay } from "@/lib/queries";

import { LineHistory } from "./line-history";
import { WordsDialog } from "./request-acts";
import { RequestStateTag } from "./request-tags";
import styles from "./requests.module.css";
import { useDecideAnswer, useRequestUnit } from "./use-requests";
import { useRequestWords } from "./words";

interface LinePanelProps {
  detail: RequestDetail;
  line: number | undefined;
  onClose: () => void;
}

/** One unit beside the table: what it said, and the word on it. */
export function LinePanel({ detail, line, onClose }: LinePanelProps) {
  const words = useRequestWords();
  const query = useRequestUnit(line);
  const mayDecide = useMay("province_admin", "soc_operator") && detail.request.closed_at === null;
  const unit = query.data?.unit;
  return (
    <Panel
      open={line !== undefined}
      onClose={onClose}
      label={words.history}
      eyebrow={unit && <RequestStateTag state={unit.state} />}
      title={unit?.unit.name ?? words.unit}
      foot={query.data && mayDecide && query.data.unit.state === "answered" ? <Decide key={query.data.unit.id} line={query.data} /> : undefined}
    >
      <AsyncView query={query}>{({ history }) => <LineHistory history={history} fields={detail.fields} />}</AsyncView>
    </Panel>
  );
}

function Decide({ line }: { line: RequestUnitDetail }) {
  const words = useRequestWords();
  const decide = useDecideAnswer(line.unit.id);
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.acts}>
      <Button kind="primary" icon={CircleCheck} busy={decide.isPending} onClick={() => decide.mutate({ accept: true })}>
        {words.accept}
      </Button>
      <Button icon={CornerUpLeft} onClick={() => setAsking(true)}>
        {words.giveBack}
      </Button>
      <ProblemNote error={asking ? null : decide.error} />
      {asking && (
        <WordsDialog
          title={words.giveBack}
          label={words.missing}
          hint={words.missingHint}
          busy={decide.isPending}
          error={decide.error}
          onSend={(text) => decide.mutate({ accept: false, words: text }, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
