import { CloudOff } from "lucide-react";
import type { ReactNode } from "react";

import { useWords } from "@/lib/i18n";
import { useProblemText } from "@/lib/problem";

import { Button } from "./button";
import { EmptyState } from "./empty-state";
import styles from "./async-view.module.css";

interface RemoteData<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface AsyncViewProps<T> {
  query: RemoteData<T>;
  isEmpty?: (data: T) => boolean;
  /** Says whether nothing is wrong or nothing was looked at. */
  empty?: (data: T) => ReactNode;
  waiting?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The four faces of remote data: waiting, failed, empty, ready. Old data stay on screen while new ones fail. */
export function AsyncView<T>({ query, isEmpty, empty, waiting, children }: AsyncViewProps<T>) {
  if (query.data !== undefined) {
    return <>{empty && isEmpty?.(query.data) ? empty(query.data) : children(query.data)}</>;
  }
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <>{waiting ?? <Waiting />}</>;
}

export function Waiting({ rows = 4 }: { rows?: number }) {
  const words = useWords();
  return (
    <div className={styles.waiting} role="status">
      <span className="visually-hidden">{words.app.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} aria-hidden />
      ))}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const words = useWords();
  const problemText = useProblemText();
  return (
    <div role="alert">
      <EmptyState
        icon={CloudOff}
        title={words.failure.title}
        sub={problemText(error) ?? ""}
        action={<Button onClick={onRetry}>{words.app.retry}</Button>}
      />
    </div>
  );
}

/** The hub's refusal beside the form that caused it. */
export function ProblemNote({ error }: { error: unknown }) {
  const text = useProblemText()(error);
  return text ? (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  ) : null;
}
