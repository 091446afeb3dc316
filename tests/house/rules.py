"""The house's law, as far as the compiler cannot hold it. Each rule reads a
tree and returns its violations as "file:line: what"."""

import pathlib
import re

SOURCE = {".cpp", ".hpp"}


def sources(root, *folders):
    for folder in folders:
        base = root / folder
        if base.is_dir():
            yield from (p for p in sorted(base.rglob("*")) if p.suffix in SOURCE)


def is_product(root, path):
    return not {"test", "bench", "fuzz"} & set(path.relative_to(root).parts)


def lines_matching(root, path, pattern):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = line.split("//", 1)[0]
        if pattern.search(code):
            yield f"{path.relative_to(root)}:{number}"


# Standard headers have no dot and no slash; the system's own are named.
SYSTEM_HEADERS = re.compile(r"^(sys/types\.h)$")


def third_party_in_public_headers(root):
    """A public header includes the standard library and Khiên, nothing else."""
    include = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
    found = []
    for header in sorted(root.glob("src/*/include/**/*.hpp")):
        for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
            match = include.match(line)
            if not match:
                continue
            name = match.group(1)
            own = name.startswith("khien/")
            standard = "." not in name and "/" not in name
            if not own and not standard and not SYSTEM_HEADERS.match(name):
                found.append(f"{header.relative_to(root)}:{number}: includes {name}")
    return found


REAL_TIME = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock)::now"
    r"|\b(gettimeofday|clock_gettime|timespec_get)\s*\("
    r"|(?<![\w.:>])(std::)?time\s*\(\s*(nullptr|NULL|0|&)"
    r"|\brandom_device\b|(?<![\w.:>])s?rand\s*\(")


def real_time_outside_core(root):
    """Time and randomness come through Clock and Random."""
    found = []
    for path in sources(root, "src", "apps"):
        if path.relative_to(root).parts[:2] == ("src", "core") or not is_product(root, path):
            continue
        found += [f"{where}: real time or randomness" for where in lines_matching(root, path, REAL_TIME)]
    return found


FORBIDDEN_CALLS = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|system|popen|strtok|gets|alloca)\s*\(")


def forbidden_calls(root):
    """Calls that have no safe use."""
    found = []
    for path in sources(root, "src", "apps"):
        if not is_product(root, path):
            continue
        found += [f"{where}: forbidden call" for where in lines_matching(root, path, FORBIDDEN_CALLS)]
    return found


def migrations(root):
    return sorted(root.glob("schema/migrations/*/*.sql"))


TABLE = re.compile(r"CREATE\s+(?:VIRTUAL\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", re.I)


def sql_of(path):
    """The migration without its comments."""
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


def table_owners(root):
    """{table: owners}; two databases may have a table of one name."""
    owners = {}
    for path in migrations(root):
        owner = re.search(r"^--\s*owner:\s*(\w+)", path.read_text(encoding="utf-8"), re.M)
        for table in TABLE.findall(sql_of(path)):
            owners.setdefault(table.lower(), set()).add(owner.group(1) if owner else None)
    return owners


WRITE = re.compile(r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(\w+)", re.I)


def tables_written_by_strangers(root):
    """Only the module that a migration names as owner writes its tables."""
    owners = table_owners(root)
    found = [f"{table}: its migration names no owner" for table, all in owners.items() if None in all]
    for path in sources(root, "src"):
        if not is_product(root, path):
            continue
        module = path.relative_to(root).parts[1]
        for table in WRITE.findall(path.read_text(encoding="utf-8")):
            allowed = owners.get(table.lower())
            if allowed is not None and module not in allowed:
                found.append(f"{path.relative_to(root)}: writes {table}, which is {'/'.join(sorted(allowed))}'s")
    return found


def migrations_without_header(root):
    found = []
    for path in migrations(root):
        text = path.read_text(encoding="utf-8")
        for word in ("owner:", "why:"):
            if not re.search(rf"^--\s*{word}", text, re.M):
                found.append(f"{path.relative_to(root)}: says no {word}")
        for statement in re.findall(r"CREATE\s+TABLE.*?;", sql_of(path), re.I | re.S):
            if not re.search(r"\)\s*(WITHOUT\s+ROWID\s*,\s*)?STRICT", statement, re.I):
                found.append(f"{path.relative_to(root)}: a table is not STRICT")
    return found


CONTENT_NAMES = {
    "directives": re.compile(r"^(?:key:|\s*- id:|\s*- \{ id:)\s*([^\s,}]+)", re.M),
    "registers": re.compile(r"^name:\s*(\S+)", re.M),
    "levels": re.compile(r"^id:\s*(\S+)", re.M),
    "clocks": re.compile(r"^id:\s*(\S+)", re.M),
}


def content_names(root):
    names = set()
    for folder, pattern in CONTENT_NAMES.items():
        for file in sorted(root.glob(f"content/{folder}/*.yaml")):
            names |= {name.strip("\"'") for name in pattern.findall(file.read_text(encoding="utf-8"))}
    return names


def product_texts(root):
    yield from (path for path in sources(root, "src", "apps") if is_product(root, path))
    for path in sorted(root.glob("ui/**/*.ts*")):
        parts = path.relative_to(root).parts
        if path.suffix in {".ts", ".tsx"} and not {"node_modules", "test", "tests"} & set(parts) and ".test." not in path.name:
            yield path


QUOTED = re.compile(r"""(["'`])((?:\\.|(?!\1).)*)\1""")


def content_named_in_code(root):
    """No code knows a directive, clause, duty, register or rule version by name: they are data."""
    names = content_names(root)
    found = []
    for path in product_texts(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for match in QUOTED.finditer(line):
                if match.group(2) in names:
                    found.append(f"{path.relative_to(root)}:{number}: names content: {match.group(2)}")
    return found


RULES = [
    third_party_in_public_headers,
    real_time_outside_core,
    forbidden_calls,
    tables_written_by_strangers,
    migrations_without_header,
    content_named_in_code,
]
