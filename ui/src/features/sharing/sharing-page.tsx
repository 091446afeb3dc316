import { Info, Unplug } from "lucide-react";

import { AsyncView } from "@/components/async-view";
import { EmptyState } from "@/components/empty-state";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import type { Sharing } from "@/lib/api-types";
import * as format from "@/lib/format";

import { MessageList } from "./message-list";
import { PartnerCard } from "./partner-card";
import { standingOf } from "./sharing-model";
import type { ChangeSharingSearch, SharingSearch } from "./sharing-search";
import styles from "./sharing.module.css";
import { SharingUnits } from "./sharing-units";
import { useSharing } from "./use-sharing";
import { useSharingWords } from "./words";

interface SharingPageProps {
  search: SharingSearch;
  unit?: number;
  onSearch: ChangeSharingSearch;
}

/** What left the house, whether it was accepted, and which agencies share at all. */
export function SharingPage({ search, unit, onSearch }: SharingPageProps) {
  const query = useSharing();
  return (
    <div className={page.page}>
      <AsyncView query={query}>
        {(sharing) => (
          <>
            <Answer sharing={sharing} />
            <Partners sharing={sharing} />
            <MessageList partners={sharing.partners} state={search.messages} onState={(messages) => onSearch({ messages })} />
            <SharingUnits sharing={sharing} search={search} unit={unit} onSearch={onSearch} />
          </>
        )}
      </AsyncView>
    </div>
  );
}

function Answer({ sharing }: { sharing: Sharing }) {
  const words = useSharingWords();
  const standing = standingOf(sharing.partners);
  const said = standing.kind === "sent" ? words.last(format.dateTime(standing.at)) : words[standing.kind];
  return <PageHead title={said} sub={words.sub} />;
}

function Partners({ sharing: { partners } }: { sharing: Sharing }) {
  const words = useSharingWords();
  if (partners.length === 0) {
    return (
      <div className={page.box}>
        <EmptyState icon={Unplug} title={words.noPartners} sub={words.noPartnersSub} />
      </div>
    );
  }
  return (
    <>
      <div className={styles.partners}>
        {partners.map((partner) => (
          <PartnerCard key={partner.id} partner={partner} />
        ))}
      </div>
      <p className={styles.notice}>
        <Info size={18} aria-hidden />
        {words.twoHundred}
      </p>
    </>
  );
}
