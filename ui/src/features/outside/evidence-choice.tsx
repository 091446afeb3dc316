import { FileText, X } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import { OutsideText } from "@/components/outside-text";
import { SearchBox } from "@/components/search-box";
import type { Evidence } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import styles from "./evidence-choice.module.css";
import { useKeptEvidence } from "./use-outside";
import { useOutsideWords } from "./words";

interface EvidenceChoiceProps {
  chosen: Evidence[];
  onChange: (chosen: Evidence[]) => void;
}

/** Files that were kept before, by name, agency, who and when; what is chosen stays in sight, whatever is looked for. */
export function EvidenceChoice({ chosen, onChange }: EvidenceChoiceProps) {
  const words = useOutsideWords();
  const [q, setQ] = useState("");
  const query = useKeptEvidence(q);
  const without = (id: number) => chosen.filter((one) => one.id !== id);
  return (
    <fieldset className={styles.choice}>
      <legend>{words.kept}</legend>
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label={words.keptChosen(format.number(chosen.length))}>
          {chosen.map(({ id, file_name: name }) => (
            <li key={id}>
              <FileText size={15} aria-hidden />
              <OutsideText value={name} />
              <button type="button" aria-label={words.keptRemove(plain(name))} title={words.keptRemove(plain(name))} onClick={() => onChange(without(id))}>
                <X size={15} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SearchBox label={words.keptFind} value={q} onChange={setQ} />
      <AsyncView query={query}>
        {({ pages }) => (
          <Found
            files={pages.flatMap(({ items }) => items)}
            isChosen={(id) => chosen.some((one) => one.id === id)}
            onChoose={(one, isOn) => onChange(isOn ? [...chosen, one] : without(one.id))}
            none={q === "" ? words.keptNone : words.keptNoneFound}
            more={query.hasNextPage ? { busy: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() } : null}
          />
        )}
      </AsyncView>
    </fieldset>
  );
}

interface FoundProps {
  files: Evidence[];
  isChosen: (id: number) => boolean;
  onChoose: (one: Evidence, isOn: boolean) => void;
  none: string;
  more: { busy: boolean; onMore: () => void } | null;
}

function Found({ files, isChosen, onChoose, none, more }: FoundProps) {
  const words = useOutsideWords();
  const { app } = useWords();
  return (
    <div className={styles.box} role="group" aria-label={words.keptList} tabIndex={0}>
      {files.length === 0 && !more && <p className={styles.none}>{none}</p>}
      {files.map((one) => (
        <label key={one.id} className={styles.file} data-chosen={isChosen(one.id) || undefined}>
          <input type="checkbox" checked={isChosen(one.id)} onChange={(event) => onChoose(one, event.target.checked)} />
          <span>
            <b>
              <OutsideText value={one.file_name} />
            </b>
            <small>
              {one.unit.name} · {words.keptBy(one.uploaded_by.name, format.dateTime(one.uploaded_at))} · {format.size(one.size)}
            </small>
          </span>
        </label>
      ))}
      {more && (
        <div className={styles.more}>
          <Button size="small" busy={more.busy} onClick={more.onMore}>
            {app.more}
          </Button>
        </div>
      )}
    </div>
  );
}
