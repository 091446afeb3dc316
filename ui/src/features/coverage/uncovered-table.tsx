import { Link } from "@tanstack/react-router";

import table from "@/components/data-table.module.css";
import { Moment } from "@/components/moment";
import { OutsideText } from "@/components/outside-text";
import type { Device } from "@/lib/api-types";
import { useWords } from "@/lib/i18n";

import { useCoverageWords } from "./words";

export function UncoveredTable({ devices }: { devices: Device[] }) {
  const words = useCoverageWords();
  const { app } = useWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.list}>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.reason}</th>
            <th scope="col">{app.unit}</th>
            <th scope="col">{words.lastSeen}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <tr key={device.id}>
              <th scope="row" className={table.name}>
                <DeviceName device={device} />
              </th>
              <td>{device.gap && words.gap[device.gap]}</td>
              <td className={table.soft}>{device.unit.name}</td>
              <td className={table.soft} data-label={words.lastSeen}>
                {device.last_seen ? <Moment at={device.last_seen} /> : words.never}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeviceName({ device }: { device: Device }) {
  if (device.machine === null) {
    return (
      <Link to="/co-quan/$unitId" params={{ unitId: String(device.unit.id) }} search={{ tab: "devices", q: device.name }} className="link mono">
        <OutsideText value={device.name} />
      </Link>
    );
  }
  return (
    <Link to="/may-tinh/$machineId" params={{ machineId: String(device.machine) }} className="link mono">
      <OutsideText value={device.name} />
    </Link>
  );
}
