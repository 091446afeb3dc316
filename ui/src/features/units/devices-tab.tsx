import { Link } from "@tanstack/react-router";
import { CircleHelp, FileInput, ListChecks, MonitorCheck, MonitorOff, MonitorX, Pencil, Plus, Search, type LucideIcon } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import table from "@/components/data-table.module.css";
import { EmptyState } from "@/components/empty-state";
import { ListFoot } from "@/components/list-foot";
import { ActionMenu } from "@/components/menu";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import { SearchBox } from "@/components/search-box";
import { Segments } from "@/components/segments";
import { Tag, type Tone } from "@/components/tag";
import type { Device, DeviceState, Unit } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { plain } from "@/lib/outside-text";

import { DeviceDialog } from "./device-dialog";
import styles from "./devices-tab.module.css";
import { InventoryDialog } from "./inventory-dialog";
import { DEVICE_STATES, type ChangeUnitSearch, type UnitSearch } from "./unit-search";
import { useDevices } from "./use-estate";
import { useEstateWords } from "./words";

const LOOK: Record<DeviceState, [Tone, LucideIcon]> = {
  protected: ["ok", MonitorCheck],
  unprotected: ["crit", MonitorX],
  unknown: ["high", CircleHelp],
  retired: ["mute", MonitorOff],
};

interface DevicesTabProps {
  unit: Unit;
  mayEdit: boolean;
  search: UnitSearch;
  onSearch: ChangeUnitSearch;
}

/** Devices as they ought to exist: the denominator of «100 %». */
export function DevicesTab({ unit, mayEdit, search, onSearch }: DevicesTabProps) {
  const words = useEstateWords().device;
  const { app } = useWords();
  const query = useDevices(unit.id, search.q, search.state);
  const [task, setTask] = useState<"add" | Device | null>(null);
  const [software, setSoftware] = useState<Device | null>(null);
  const first = query.data?.pages[0];
  const devices = query.data?.pages.flatMap((one) => one.items) ?? [];
  const filtered = search.q !== undefined || search.state !== undefined;
  const tools = mayEdit && (
    <div className={page.actions}>
      <Button kind="primary" icon={Plus} onClick={() => setTask("add")}>
        {words.add}
      </Button>
      <Link to="/nhap-du-lieu" search={{ unit: unit.id }} className={buttonLook()}>
        <FileInput size={16} aria-hidden />
        {words.import}
      </Link>
    </div>
  );
  return (
    <>
      <div className={`${page.bar} ${styles.bar}`}>
        <Segments
          label={words.states}
          value={search.state ?? "all"}
          onChange={(next) => onSearch({ state: next === "all" ? undefined : next })}
          choices={[
            { value: "all", label: words.all, count: first && format.number(first.counts.expected) },
            ...DEVICE_STATES.map((value) => ({ value, label: words.state[value], count: first && format.number(first.counts[value]) })),
          ]}
        />
        <SearchBox label={words.filter} value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
        {devices.length > 0 && tools}
      </div>
      <AsyncView
        query={query}
        isEmpty={() => devices.length === 0}
        empty={() =>
          filtered ? (
            <EmptyState
              icon={Search}
              title={app.emptyFiltered}
              action={<Button onClick={() => onSearch({ q: undefined, state: undefined })}>{app.clearFilter}</Button>}
            />
          ) : (
            <EmptyState icon={MonitorOff} title={words.none} sub={words.noneSub} action={tools} />
          )
        }
      >
        {() => (
          <div className={table.wrap}>
            <DeviceTable devices={devices} onEdit={mayEdit ? setTask : undefined} onSoftware={setSoftware} />
            <ListFoot
              shown={devices.length}
              total={first?.total ?? 0}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          </div>
        )}
      </AsyncView>
      {software && <InventoryDialog device={software} onClose={() => setSoftware(null)} />}
      {task && <DeviceDialog unit={unit} device={task === "add" ? undefined : task} onClose={() => setTask(null)} />}
    </>
  );
}

interface DeviceActs {
  onEdit?: (device: Device) => void;
  onSoftware: (device: Device) => void;
}

function DeviceTable({ devices, onEdit, onSoftware }: { devices: Device[] } & DeviceActs) {
  const words = useEstateWords();
  const { app } = useWords();
  return (
    <table className={table.table} aria-label={words.device.title}>
      <thead>
        <tr>
          <th scope="col">{words.device.name}</th>
          <th scope="col">{words.device.states}</th>
          <th scope="col">{words.device.kind}</th>
          <th scope="col">{words.device.address}</th>
          <th scope="col">{words.device.serial}</th>
          <th scope="col">{app.unit}</th>
          <th scope="col">{words.device.source}</th>
          {onEdit && (
            <th scope="col" className={table.end}>
              <span className="visually-hidden">{app.actions}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} onEdit={onEdit} onSoftware={onSoftware} />
        ))}
      </tbody>
    </table>
  );
}

function DeviceRow({ device, onEdit, onSoftware }: { device: Device } & DeviceActs) {
  const words = useEstateWords();
  const software = { label: words.inventory.act, icon: ListChecks, onSelect: () => onSoftware(device) };
  const listed = device.machine === null && device.state !== "retired";
  const [tone, icon] = LOOK[device.state];
  return (
    <tr>
      <th scope="row" className={table.name}>
        {device.machine === null ? (
          <span className="mono">
            <OutsideText value={device.name} />
          </span>
        ) : (
          <Link to="/may-tinh/$machineId" params={{ machineId: String(device.machine) }} className="link mono">
            <OutsideText value={device.name} />
          </Link>
        )}
      </th>
      <td>
        <Tag tone={tone} icon={icon} word={words.device.state[device.state]} bare />
      </td>
      <td className={table.soft}>{words.device.kinds[device.kind]}</td>
      <td className={table.soft} data-label={words.device.address}>
        <span className="mono">
          <OutsideText value={device.address || device.mac || "–"} />
        </span>
      </td>
      <td className={table.soft} data-label={words.device.serial}>
        <span className="mono">
          <OutsideText value={device.serial || "–"} />
        </span>
      </td>
      <td className={table.soft}>{device.unit.name}</td>
      <td className={table.soft} data-label={words.device.source}>
        {words.device.sources[device.source]}
      </td>
      {onEdit && (
        <td className={table.end}>
          <ActionMenu
            label={words.actionsOf(plain(device.name))}
            actions={[{ label: words.device.edit, icon: Pencil, onSelect: () => onEdit(device) }, ...(listed ? [software] : [])]}
          />
        </td>
      )}
    </tr>
  );
}
