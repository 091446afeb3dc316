import { ScanSearch } from "lucide-react";
import { useState } from "react";

import { ProblemNote } from "@/components/async-view";
import { Button } from "@/components/button";
import { Modal, ModalActions } from "@/components/modal";
import type { UnitScan as Scan } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useWords } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { useScanUnit } from "./use-machines";
import { useMachineWords } from "./words";

/** Has all machines of a unit and below look at all their files: for who may order it of one machine. */
export function UnitScan({ unit }: { unit: number }) {
  const words = useMachineWords();
  const may = useMay("province_admin", "soc_operator", "unit_officer");
  const [asking, setAsking] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button icon={ScanSearch} onClick={() => setAsking(true)}>
        {words.unitScan}
      </Button>
      {asking && <ScanDialog unit={unit} onClose={() => setAsking(false)} />}
    </>
  );
}

function ScanDialog({ unit, onClose }: { unit: number; onClose: () => void }) {
  const words = useWords();
  const own = useMachineWords();
  const scan = useScanUnit(unit);
  return (
    <Modal open onClose={onClose} title={own.unitScanTitle}>
      {scan.data ? <Answer scan={scan.data} /> : <p>{own.unitScanEffect}</p>}
      <ProblemNote error={scan.error} />
      <ModalActions>
        <Button onClick={onClose}>{scan.data ? words.app.close : words.app.cancel}</Button>
        {!scan.data && (
          <Button kind="primary" busy={scan.isPending} onClick={() => scan.mutate()}>
            {own.unitScan}
          </Button>
        )}
      </ModalActions>
    </Modal>
  );
}

function Answer({ scan }: { scan: Scan }) {
  const words = useMachineWords();
  return (
    <p role="status">
      {words.unitScanAsked(format.number(scan.machines), format.dateTime(scan.last_begins_at))}
      {scan.waiting > 0 && ` ${words.unitScanWaiting(format.number(scan.waiting))}`}
    </p>
  );
}
