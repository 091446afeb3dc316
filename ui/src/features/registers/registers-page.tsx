import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { SearchBox } from "@/components/search-box";
import type { Register } from "@/lib/api-types";
import { fold } from "@/lib/fold";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { registersQuery } from "@/lib/queries";

import styles from "./registers-page.module.css";
import { useRegisterWords } from "./words";

interface RegistersPageProps {
  q: string;
  onSearch: (q: string) => void;
}

/** Every register the content brings, with how much is in it and what waits. */
export function RegistersPage({ q, onSearch }: RegistersPageProps) {
  const words = useRegisterWords();
  const hubText = useHubText();
  const query = useQuery(registersQuery);
  const matches = (register: Register) => fold(`${hubText(register.title)} ${hubText(register.purpose)}`).includes(fold(q));
  return (
    <div className={page.page}>
      <PageHead title={words.title} sub={words.sub} />
      <div className={page.bar}>
        <SearchBox label={words.find} value={q} onChange={onSearch} />
      </div>
      <AsyncView
        query={query}
        isEmpty={({ items }) => !items.some(matches)}
        empty={() => <EmptyState icon={Search} title={words.none} />}
      >
        {({ items }) => (
          <ul className={styles.list}>
            {items.filter(matches).map((register) => (
              <li key={register.name}>
                <Link to="/so-dang-ky/$name" params={{ name: register.name }} search={{}} className={styles.register}>
                  <h2>{hubText(register.title)}</h2>
                  <p>{hubText(register.purpose)}</p>
                  <span className="num">
                    {words.records(format.number(register.records))}
                    {register.waiting > 0 && <b>{words.waiting(format.number(register.waiting))}</b>}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </AsyncView>
    </div>
  );
}
