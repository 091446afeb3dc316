import { SelectBox } from "@/components/select-box";
import { MACHINE_KINDS, type MachineFacets as Facets } from "@/lib/api-types";
import * as format from "@/lib/format";

import { CONTENT_AGES, type MachineSearch } from "./machine-search";
import { useMachineWords } from "./words";

const ANY = "";

interface MachineFacetsProps {
  facets: Facets | undefined;
  search: MachineSearch;
  unit: number | undefined;
  onSearch: (change: Partial<MachineSearch> & { unit?: number }) => void;
}

/** What else machines can be told apart by; each choice says how many it would leave. */
export function MachineFacets({ facets, search, unit, onSearch }: MachineFacetsProps) {
  const words = useMachineWords();
  const counted = (label: string, count: number | undefined) => (count === undefined ? label : words.facetCount(label, format.number(count)));
  const systems = facets?.os ?? [];
  const chosenIsGone = search.os !== undefined && systems.every(({ name }) => name !== search.os);
  return (
    <>
      <SelectBox
        label={words.facet.os}
        value={search.os ?? ANY}
        onChange={(os) => onSearch({ os: os || undefined })}
        choices={[
          { value: ANY, label: words.anyOs },
          ...systems.filter(({ name }) => name !== ANY).map(({ name, machines }) => ({ value: name, label: counted(name, machines) })),
          ...(chosenIsGone ? [{ value: search.os ?? ANY, label: counted(search.os ?? ANY, 0) }] : []),
        ]}
      />
      <SelectBox
        label={words.facet.kind}
        value={search.kind ?? ANY}
        onChange={(chosen) => onSearch({ kind: MACHINE_KINDS.find((kind) => kind === chosen) })}
        choices={[
          { value: ANY, label: words.anyKind },
          ...MACHINE_KINDS.map((kind) => ({ value: kind, label: counted(words.kind[kind], facets?.kinds[kind]) })),
        ]}
      />
      <SelectBox
        label={words.facet.content}
        value={search.content ?? ANY}
        onChange={(chosen) => onSearch({ content: CONTENT_AGES.find((age) => age === chosen) })}
        choices={[
          { value: ANY, label: words.anyContent },
          ...CONTENT_AGES.map((age) => ({ value: age, label: counted(words.content[age], facets?.content[age]) })),
        ]}
      />
      <SelectBox
        label={words.facet.unit}
        value={ANY}
        onChange={(chosen) => onSearch({ unit: Number(chosen) || unit })}
        choices={[
          { value: ANY, label: words.anyUnit },
          ...(facets?.units ?? []).map((one) => ({ value: String(one.unit.id), label: counted(one.unit.name, one.machines) })),
        ]}
      />
    </>
  );
}
