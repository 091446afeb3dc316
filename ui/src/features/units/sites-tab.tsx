import { Link } from "@tanstack/react-router";
import { BadgeCheck, BadgeX, Globe, Pencil, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";

import { AsyncView, ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { classNames } from "@/components/class-names";
import table from "@/components/data-table.module.css";
import { DateField } from "@/components/date-field";
import { EmptyState } from "@/components/empty-state";
import { TextField } from "@/components/field";
import { ListFoot } from "@/components/list-foot";
import { ActionMenu } from "@/components/menu";
import { Modal, ModalActions } from "@/components/modal";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { Tag } from "@/components/tag";
import type { Site, Unit } from "@/lib/api-types";
import { today } from "@/lib/days";
import { typed } from "@/lib/fold";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import { useAddSite, useSites, useUpdateSite } from "./use-estate";
import { useEstateWords } from "./words";

/** Websites of an agency and their trust labels. */
export function SitesTab({ unit, mayEdit }: { unit: Unit; mayEdit: boolean }) {
  const words = useEstateWords();
  const { app } = useWords();
  const query = useSites(unit.id);
  const [task, setTask] = useState<"add" | Site | null>(null);
  const sites = query.data?.pages.flatMap((one) => one.items) ?? [];
  const addButton = mayEdit && (
    <Button kind="primary" icon={Plus} onClick={() => setTask("add")}>
      {words.site.add}
    </Button>
  );
  return (
    <>
      {sites.length > 0 && addButton && <div className={page.actions}>{addButton}</div>}
      <AsyncView
        query={query}
        isEmpty={() => sites.length === 0}
        empty={() => <EmptyState icon={Globe} title={words.site.none} sub={words.site.noneSub} action={addButton} />}
      >
        {() => (
          <div className={table.wrap}>
            <table className={table.table} aria-label={words.sites}>
              <thead>
                <tr>
                  <th scope="col">{words.site.address}</th>
                  <th scope="col">{words.site.title}</th>
                  <th scope="col">{app.unit}</th>
                  <th scope="col">{words.site.label}</th>
                  {mayEdit && (
                    <th scope="col" className={table.end}>
                      <span className="visually-hidden">{app.actions}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {sites.map((site) => (
                  <tr key={site.id}>
                    <th scope="row" className={table.name}>
                      <Link to="/website/$siteId" params={{ siteId: String(site.id) }} className={classNames("link", "mono")}>
                        <OutsideText value={site.address} />
                      </Link>
                    </th>
                    <td>{site.title || "–"}</td>
                    <td className={table.soft}>{site.unit.name}</td>
                    <td>
                      <SiteLabel site={site} />
                    </td>
                    {mayEdit && (
                      <td className={table.end}>
                        <ActionMenu
                          label={words.actionsOf(plain(site.address))}
                          actions={[{ label: words.site.edit, icon: Pencil, onSelect: () => setTask(site) }]}
                        />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
            <ListFoot
              shown={sites.length}
              total={query.data?.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      {task && <SiteDialog unit={unit} site={task === "add" ? undefined : task} onClose={() => setTask(null)} />}
    </>
  );
}

function SiteLabel({ site }: { site: Site }) {
  const words = useEstateWords().site;
  const { label, label_valid_to: to, valid_to: end } = site;
  if (end !== null && end < today()) return <Tag tone="mute" icon={BadgeX} word={words.ended} bare />;
  if (!label) return <Tag tone="high" icon={BadgeX} word={words.labelNone} bare />;
  if (to !== null && to < today()) return <Tag tone="crit" icon={BadgeX} word={`${label} · ${words.expired(format.date(to))}`} bare />;
  return <Tag tone="ok" icon={BadgeCheck} word={to ? `${label} · ${words.validTo(format.date(to))}` : label} bare />;
}

function SiteDialog({ unit, site, onClose }: { unit: Unit; site?: Site; onClose: () => void }) {
  const words = useEstateWords().site;
  const { app } = useWords();
  const add = useAddSite();
  const update = useUpdateSite(site?.id ?? 0);
  const [address, setAddress] = useState(site?.address ?? "");
  const [title, setTitle] = useState(site?.title ?? "");
  const [label, setLabel] = useState(site?.label ?? "");
  const [labelTo, setLabelTo] = useState(site?.label_valid_to ?? "");
  const [domainTo, setDomainTo] = useState(site?.domain_valid_to ?? "");
  const [end, setEnd] = useState(site?.valid_to ?? "");

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    const shared = { title: typed(title), label: typed(label) };
    if (site) update.mutate({ ...shared, label_valid_to: labelTo, domain_valid_to: domainTo, valid_to: end }, { onSuccess: onClose });
    else {
      add.mutate(
        {
          unit: unit.id,
          address: typed(address),
          ...shared,
          ...(labelTo ? { label_valid_to: labelTo } : {}),
          ...(domainTo ? { domain_valid_to: domainTo } : {}),
        },
        { onSuccess: onClose },
      );
    }
  }

  return (
    <Modal open onClose={onClose} title={site ? words.edit : words.add}>
      <form onSubmit={onSubmit}>
        {!site && (
          <TextField label={words.address} hint={words.addressHint} value={address} onChange={setAddress} maxLength={300} required autoFocus />
        )}
        <TextField label={words.title} value={title} onChange={setTitle} maxLength={200} optional />
        <TextField label={words.label} value={label} onChange={setLabel} maxLength={100} optional />
        <DateField label={words.labelTo} value={labelTo} onChange={setLabelTo} optional />
        <DateField label={words.domainTo} value={domainTo} onChange={setDomainTo} optional />
        {site && <DateField label={words.end} value={end} onChange={setEnd} optional />}
        <ProblemNote error={add.error ?? update.error} />
        <ModalActions>
          <Button onClick={onClose}>{app.cancel}</Button>
          <Button kind="primary" submit busy={add.isPending || update.isPending}>
            {app.save}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
