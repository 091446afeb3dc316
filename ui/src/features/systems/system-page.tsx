import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, ListChecks, Pencil, Scale, TriangleAlert } from "lucide-react";
import { useState } from "react";

import { AsyncView } from "@/components/async-view";
import { Button, buttonLook } from "@/components/button";
import { Card } from "@/components/card";
import page from "@/components/page.module.css";
import { PageHead } from "@/components/page-head";
import { Facts } from "@/components/section";
import type { System, SystemDetail } from "@/lib/api-types";
import * as format from "@/lib/format";
import { useHubText } from "@/lib/i18n";
import { useMay } from "@/lib/queries";

import { DossierSteps } from "./dossier-steps";
import { LevelBadge } from "./level-badge";
import { SystemDialog } from "./system-dialog";
import styles from "./systems.module.css";
import { systemQuery } from "./use-systems";
import { useSystemWords } from "./words";

export function SystemPage({ id }: { id: number }) {
  const words = useSystemWords();
  const query = useQuery(systemQuery(id));
  return (
    <div className={page.page}>
      <Link to="/he-thong" className={page.back}>
        <ArrowLeft size={16} aria-hidden />
        {words.title}
      </Link>
      <AsyncView query={query}>{(detail) => <SystemReady detail={detail} />}</AsyncView>
    </div>
  );
}

function SystemReady({ detail }: { detail: SystemDetail }) {
  const words = useSystemWords();
  const mayEdit = useMay("province_admin", "soc_operator", "unit_officer");
  const [editing, setEditing] = useState(false);
  const { system } = detail;
  const params = { systemId: String(system.id) };
  return (
    <>
      <PageHead title={system.name} sub={system.unit.name}>
        {mayEdit && (
          <Button icon={Pencil} onClick={() => setEditing(true)}>
            {words.edit}
          </Button>
        )}
        {system.level !== null && (
          <Link to="/he-thong/$systemId/phuong-an" params={params} className={buttonLook(mayEdit ? "plain" : "primary")}>
            <ListChecks size={16} aria-hidden />
            {words.plan}
          </Link>
        )}
        {mayEdit && (
          <Link to="/he-thong/$systemId/cap-do" params={params} className={buttonLook("primary")}>
            <Scale size={16} aria-hidden />
            {system.level === null ? words.wizard : words.again}
          </Link>
        )}
      </PageHead>
      <Warnings system={system} />
      <Card title={words.dossier}>
        <DossierSteps system={system} />
      </Card>
      <div className={page.columns}>
        <Card title={words.facts}>
          <Facts
            facts={[
              { label: words.purpose, value: system.purpose, wide: true },
              { label: words.operator, value: system.operator },
              { label: words.monitor, value: system.monitor },
              { label: words.assessor, value: system.assessor },
            ]}
          />
        </Card>
        <Card title={words.levelLong} aside={detail.levels.length === 0 && <LevelBadge level={system.level} />}>
          <LevelHistory levels={detail.levels} />
        </Card>
      </div>
      {editing && <SystemDialog system={system} onClose={() => setEditing(false)} />}
    </>
  );
}

function Warnings({ system }: { system: System }) {
  const words = useSystemWords();
  const hubText = useHubText();
  if (system.warnings.length === 0) return null;
  return (
    <section className={page.warning} aria-label={words.warningsTitle}>
      <TriangleAlert size={18} aria-hidden />
      <ul>
        {system.warnings.map((warning) => (
          <li key={warning.vi}>{hubText(warning)}</li>
        ))}
      </ul>
    </section>
  );
}

function LevelHistory({ levels }: { levels: SystemDetail["levels"] }) {
  const words = useSystemWords();
  const hubText = useHubText();
  if (levels.length === 0) return <p>{words.historyNone}</p>;
  return (
    <ol className={styles.levels} aria-label={words.history}>
      {levels.map((one) => (
        <li key={`${one.rule}-${one.valid_from}`}>
          <LevelBadge level={one.level} />
          <div>
            <p className="num">
              {one.valid_to
                ? words.fromTo(format.date(one.valid_from), format.date(one.valid_to))
                : words.from(format.date(one.valid_from))}
            </p>
            <p>{hubText(one.rule_title)}</p>
            {one.decision && (
              <p>
                {words.decision}: {one.decision}
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
