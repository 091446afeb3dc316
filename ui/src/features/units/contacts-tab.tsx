import { Contact as ContactIcon, Pencil, PhoneCall, Plus } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { ActionMenu } from "@/components/menu";
import page from "@/components/page.module.css";
import { Tag } from "@/components/tag";
import type { Contact, Unit } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";

import { ContactDialog } from "./contact-dialog";
import { useContacts } from "./use-estate";
import { useEstateWords } from "./words";

/** Whom to call, for what, and until when that holds. */
export function ContactsTab({ unit, mayEdit }: { unit: Unit; mayEdit: boolean }) {
  const words = useEstateWords();
  const query = useContacts(unit.id);
  const [task, setTask] = useState<"add" | Contact | null>(null);
  const contacts = query.data?.pages.flatMap((one) => one.items) ?? [];
  const addButton = mayEdit && (
    <Button kind="primary" icon={Plus} onClick={() => setTask("add")}>
      {words.contact.add}
    </Button>
  );
  return (
    <>
      {contacts.length > 0 && addButton && <div className={page.actions}>{addButton}</div>}
      <AsyncView
        query={query}
        isEmpty={() => contacts.length === 0}
        empty={() => <EmptyState icon={ContactIcon} title={words.contact.none} sub={words.contact.noneSub} action={addButton} />}
      >
        {() => (
          <div className={table.wrap}>
            <ContactTable contacts={contacts} onEdit={mayEdit ? setTask : undefined} />
            <ListFoot
              shown={contacts.length}
              total={query.data?.pages[0]?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      {task && <ContactDialog unit={unit} contact={task === "add" ? undefined : task} onClose={() => setTask(null)} />}
    </>
  );
}

function ContactTable({ contacts, onEdit }: { contacts: Contact[]; onEdit?: (contact: Contact) => void }) {
  const words = useEstateWords();
  const { app } = useWords();
  return (
    <table className={table.table} aria-label={words.contacts}>
      <thead>
        <tr>
          <th scope="col">{words.contact.name}</th>
          <th scope="col">{words.contact.purpose}</th>
          <th scope="col">{words.contact.phone}</th>
          <th scope="col">{words.contact.email}</th>
          <th scope="col">{app.unit}</th>
          <th scope="col">{words.contact.valid}</th>
          {onEdit && (
            <th scope="col" className={table.end}>
              <span className="visually-hidden">{app.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {contacts.map((contact) => (
          <tr key={contact.id}>
            <th scope="row" className={table.name}>
              {contact.name}
              {contact.title && <span className={table.soft}>, {contact.title}</span>}
            </th>
            <td>{words.contact.purposes[contact.purpose]}</td>
            <td data-label={words.contact.phone}>
              <span className="num">{contact.phone || "–"}</span>{" "}
              {contact.around_the_clock && <Tag tone="ok" icon={PhoneCall} word={words.contact.allDayShort} bare />}
            </td>
            <td className={table.soft} data-label={words.contact.email}>
              {contact.email || "–"}
            </td>
            <td className={table.soft}>{contact.unit.name}</td>
            <td className={table.soft} data-label={words.contact.valid}>
              <span className="num">
                {contact.valid_to
                  ? words.fromTo(format.date(contact.valid_from), format.date(contact.valid_to))
                  : words.from(format.date(contact.valid_from))}
              </span>
            </td>
            {onEdit && (
              <td className={table.end}>
                <ActionMenu
                  label={words.actionsOf(contact.name)}
                  actions={[{ label: words.contact.edit, icon: Pencil, onSelect: () => onEdit(contact) }]}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
