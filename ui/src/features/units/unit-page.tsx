import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Blocks } from "lucide-react";
import { useState, type ReactNode } from "react";

import { AsOfPicker } from "@/components/as-of-picker";
import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Tabs } from "@/components/tabs";
import type { UnitDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { ContactsTab } from "./contacts-tab";
import { DevicesTab } from "./devices-tab";
import { RangesTab } from "./ranges-tab";
import { SitesTab } from "./sites-tab";
import { SuccessionDialog } from "./succession-dialog";
import { UnitAbout } from "./unit-about";
import { UNIT_TABS, type ChangeUnitSearch, type UnitSearch } from "./unit-search";
import { unitQuery } from "./use-estate";
import { useEstateWords } from "./words";

interface UnitPageProps {
  id: number;
  search: UnitSearch;
  onSearch: ChangeUnitSearch;
  /** What may be ordered of the unit as it is today. */
  actions?: ReactNode;
}

/** One agency: what it is, was and owns. */
export function UnitPage({ id, search, onSearch, actions }: UnitPageProps) {
  const { tree } = useEstateWords();
  const query = useQuery(unitQuery(id, search.as_of));
  return (
    <div className={page.page}>
      <Link to="/co-quan" search={(old) => ({ unit: old.unit, as_of: search.as_of })} className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {tree.title}
      </Link>
      <AsyncView query={query}>{(detail) => <UnitReady detail={detail} search={search} onSearch={onSearch} actions={actions} />}</AsyncView>
    </div>
  );
}

function UnitReady({ detail, search, onSearch, actions }: { detail: UnitDetail } & Omit<UnitPageProps, "id">) {
  const words = useEstateWords();
  const { unitKind } = useWords();
  const past = search.as_of !== undefined;
  const mayManage = useMay("province_admin") && !past;
  const mayEdit = useMay("province_admin", "soc_operator", "unit_officer") && !past;
  const [reorganising, setReorganising] = useState(false);
  const { unit, counts } = detail;
  const tab = search.tab ?? "about";
  const countOf = { about: undefined, devices: counts.devices, sites: counts.sites, contacts: counts.contacts, ranges: undefined };
  const shared = { unit, mayEdit };
  return (
    <>
      <PageHead title={unit.name} sub={[unitKind[unit.kind], unit.code].filter(Boolean).join(" · ")}>
        <AsOfPicker value={search.as_of} onChange={(next) => onSearch({ as_of: next })} />
        {!past && actions}
        {mayManage && unit.parent !== null && (
          <Button icon={Blocks} onClick={() => setReorganising(true)}>
            {words.succeed}
          </Button>
        )}
      </PageHead>
      <Tabs
        label={words.tabs}
        value={tab}
        onChange={(next) => onSearch({ tab: next === "about" ? undefined : next, q: undefined, state: undefined })}
        tabs={UNIT_TABS.map((value) => ({
          value,
          label: words.tab[value],
          count: countOf[value] === undefined ? undefined : format.number(countOf[value]),
        }))}
      />
      {tab === "about" && <UnitAbout detail={detail} mayManage={mayManage} onTab={(next) => onSearch({ tab: next })} />}
      {tab === "devices" && <DevicesTab {...shared} search={search} onSearch={onSearch} />}
      {tab === "sites" && <SitesTab {...shared} />}
      {tab === "contacts" && <ContactsTab {...shared} />}
      {tab === "ranges" && <RangesTab {...shared} />}
      {reorganising && <SuccessionDialog unit={unit} onClose={() => setReorganising(false)} />}
    </>
  );
}
