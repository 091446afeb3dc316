import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";

import { Card } from "@/components/card";
import table from "@/components/data-table.module.css";
import { OutsideText } from "@/components/outside-text";
import page from "@/components/page.module.css";
import type { PolicyPreview } from "@/lib/api-types";
import * as format from "@/lib/format";

import { SettingValue } from "./setting-value";
import { usePolicyWords } from "./words";

/** Whom a draft touches: how many, what changes for them, and which machines they are. */
export function PreviewCard({ preview }: { preview: PolicyPreview }) {
  const words = usePolicyWords();
  const machines = format.number(preview.machines);
  return (
    <Card title={words.previewTitle}>
      <div className={page.column}>
        <p role="status">
          <b>{preview.touched > 0 ? words.touched(format.number(preview.touched), machines) : words.untouched(machines)}</b>
        </p>
        {preview.held_by_lock > 0 && (
          <p className={page.warning}>
            <TriangleAlert size={16} aria-hidden />
            {words.held(format.number(preview.held_by_lock))}
          </p>
        )}
        {preview.changes.length > 0 && <Changes changes={preview.changes} />}
        {preview.list.length > 0 && <Touched preview={preview} />}
      </div>
    </Card>
  );
}

function Changes({ changes }: { changes: PolicyPreview["changes"] }) {
  const words = usePolicyWords();
  return (
    <div className={table.wrap}>
      <table className={table.table} aria-label={words.changes}>
        <thead>
          <tr>
            <th scope="col">{words.sets}</th>
            <th scope="col">{words.before}</th>
            <th scope="col">{words.after}</th>
            <th scope="col" className={table.number}>
              {words.machines}
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.setting} ${change.before} ${change.after}`}>
              <th scope="row" className={table.name}>
                {words.setting[change.setting]}
              </th>
              <td className={table.soft} data-label={words.before}>
                <SettingValue setting={change.setting} value={change.before} />
              </td>
              <td data-label={words.after}>
                <SettingValue setting={change.setting} value={change.after} />
              </td>
              <td className={table.number} data-label={words.machines}>
                {format.number(change.machines)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Touched({ preview }: { preview: PolicyPreview }) {
  const words = usePolicyWords();
  return (
    <details>
      <summary>{words.firstOnes(format.number(preview.list.length))}</summary>
      <div className={table.wrap}>
        <table className={table.table} aria-label={words.firstOnes(format.number(preview.list.length))}>
          <thead>
            <tr>
              <th scope="col">{words.machine}</th>
              <th scope="col">{words.unit}</th>
              <th scope="col">{words.what}</th>
            </tr>
          </thead>
          <tbody>
            {preview.list.map(({ machine, unit, changes }) => (
              <tr key={machine.id}>
                <th scope="row" className={table.name}>
                  <Link to="/may-tinh/$machineId" params={{ machineId: String(machine.id) }} className="link">
                    <OutsideText value={machine.name} />
                  </Link>
                </th>
                <td className={table.soft} data-label={words.unit}>
                  {unit.name}
                </td>
                <td className={table.soft} data-label={words.what}>
                  {changes.map((setting) => words.setting[setting]).join(", ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
