#!/usr/bin/env python3
"""Turns schema/openapi.yaml into the route table, so that a route that is not in
the interface cannot exist and a route that has no handler cannot link.

usage: generate_routes.py openapi.yaml OUT_DIR
writes routes.gen.hpp, routes.gen.cpp and openapi.json (for tests)
"""
import json
import re
import sys

import yaml

METHODS = {"get": "get", "post": "post", "put": "put", "patch": "patch", "delete": "delete_"}
ROLES = ["province_admin", "soc_operator", "unit_officer", "leader", "inspector"]
OBJECTS = [
    "machine", "finding", "observation", "unit", "enrolment_token", "user", "unit_role", "system", "device", "site",
    "address_range", "contact", "import", "duty_record", "evidence", "register_record", "directive",
    "quarantine_item", "order", "policy", "site_case", "page_evidence", "advisory",
    "advisory_decision", "letter", "report", "share_message", "share_partner",
    "shift", "duty_ping",
    "incident", "incident_task",
    "botnet_case", "botnet_list",
    "request", "request_attachment", "request_unit", "receiver", "outside_request", "evidence_package", "help_request",
]
LIMIT = 2**63 - 1
USUAL_BODY = 64 << 10  # bytes; an operation that needs more says so (x-max-body)


class Interface(Exception):
    """The interface says something that this generator cannot keep."""


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def quoted(text):
    return json.dumps(text)


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    # One choice is that choice, with a description of its own.
    if isinstance(node, dict) and len(node.get("oneOf", [])) == 1:
        return resolve(document, node["oneOf"][0])
    return node


def pattern_runs(pattern):
    """Only ^, classes with an optional {n} or {n,m}, and $: no backtracking, so no
    regular expression engine ever sees hostile text."""
    match = re.fullmatch(r"\^((?:\[[^\]]+\](?:\{\d+(?:,\d+)?\})?)+)\$", pattern)
    if not match:
        raise Interface(f"pattern {pattern!r} is not a sequence of character classes")
    runs = []
    for body, least, most in re.findall(r"\[([^\]]+)\](?:\{(\d+)(?:,(\d+))?\})?", match.group(1)):
        allowed = 0
        for low, high, single in re.findall(r"(.)-(.)|(.)", body):
            codes = range(ord(low), ord(high) + 1) if low else [ord(single)]
            for code in codes:
                allowed |= 1 << code
        least_count = int(least or 1)
        runs.append((allowed & (2**64 - 1), allowed >> 64, least_count, int(most or least_count)))
    return runs


class Writer:
    def __init__(self, document):
        self.document = document
        self.arrays = []

    def array(self, kind, prefix, items):
        if not items:
            return "{}"
        name = f"{prefix}{len(self.arrays)}"
        body = ",\n    ".join(items)
        self.arrays.append(f"constexpr {kind} {name}[] = {{\n    {body}}};")
        return name

    def object(self, name, schema):
        """Fields of an object inside a body: plain values and lists of them, nothing deeper."""
        if schema.get("additionalProperties") is not False:
            raise Interface(f"{name}: an object that takes any field")
        rules = [self.rule(n, s, n in schema.get("required", []), True) for n, s in schema["properties"].items()]
        return self.array("ValueRule", "kFields", rules)

    def rule(self, name, schema, required, inside=False):
        schema = resolve(self.document, schema)
        items = resolve(self.document, schema.get("items", {}))
        kind = schema["type"]
        inner = schema
        if kind == "array":
            inner = items
            kind = {"string": "string_list", "integer": "integer_list", "object": "object_list"}[items["type"]]
        fields = "{}"
        if kind in ("object", "object_list"):
            if inside:
                raise Interface(f"{name}: an object inside an object")
            fields = self.object(name, inner)
            inner = {"type": "boolean"}
        elif kind not in ("string", "integer", "boolean", "string_list", "integer_list"):
            raise Interface(f"{name}: a request value of type {kind}")
        if inner["type"] == "string":
            least, most = inner.get("minLength", 0), inner.get("maxLength", 200)
        else:
            least, most = inner.get("minimum", -LIMIT), inner.get("maximum", LIMIT)
        choices = self.array("std::string_view", "kChoices", [quoted(c) for c in inner.get("enum", [])])
        runs = self.array(
            "CharacterRun",
            "kRuns",
            [f"{{{{{a}u, {b}u}}, {c}, {d}}}" for a, b, c, d in pattern_runs(inner["pattern"])]
            if "pattern" in inner
            else [],
        )
        values = [
            f".name = {quoted(name)}",
            f".kind = ValueKind::{kind}",
            f".required = {str(required).lower()}",
            f".least = {least}",
            f".most = {most}",
            f".least_items = {schema.get('minItems', 0)}",
            f".most_items = {schema.get('maxItems', 50)}",
            f".only_true = {str(schema.get('const') is True).lower()}",
            f".choices = {choices}",
            f".pattern = {runs}",
            f".fields = {fields}",
        ]
        return "{" + ", ".join(values) + "}"

    def body(self, operation):
        content = operation.get("requestBody")
        if content is None:
            return "false", "{}"
        schema = resolve(self.document, content["content"]["application/json"]["schema"])
        if schema.get("additionalProperties") is not False:
            raise Interface(f"{operation['operationId']}: its body takes any field")
        required = schema.get("required", [])
        rules = [self.rule(n, s, n in required) for n, s in schema["properties"].items()]
        return "true", self.array("ValueRule", "kBody", rules)

    def query(self, operation, shared):
        rules = []
        for parameter in shared + operation.get("parameters", []):
            parameter = resolve(self.document, parameter)
            if parameter["in"] == "query":
                rules.append(self.rule(parameter["name"], parameter["schema"], parameter.get("required", False)))
        return self.array("ValueRule", "kQuery", rules)


def roles_of(operation):
    roles = operation.get("x-roles")
    if roles == ["public"]:
        if operation.get("security") != []:
            raise Interface(f"{operation['operationId']}: public, but its security is not []")
        return "true", "0"
    if roles == ["any"]:
        roles = ROLES
    if not roles or any(role not in ROLES for role in roles):
        raise Interface(f"{operation.get('operationId')}: who may call it is not said (x-roles)")
    return "false", str(sum(1 << ROLES.index(role) for role in roles))


def route(writer, path, method, operation, shared):
    public, roles = roles_of(operation)
    name = operation["operationId"]
    kind = operation.get("x-object")
    if ("{" in path) != (kind is not None) or kind not in (None, *OBJECTS):
        raise Interface(f"{name}: a path with an id needs x-object, and only such a path has one")
    has_body, body = writer.body(operation)
    status = next(int(code) for code in operation["responses"] if code != "default")
    return (
        f"{{.operation = Operation::{snake(name)}, .name = {quoted(name)}, .method = net::Method::{METHODS[method]},\n"
        f"     .path = {quoted('/api/v1' + path)}, .is_public = {public}, .roles = {roles},\n"
        f"     .step_up = {str(operation.get('x-step-up', False)).lower()},"
        f" .object = ObjectKind::{kind or 'none'}, .success = {status},\n"
        f"     .most_body_bytes = {operation.get('x-max-body', USUAL_BODY)},\n"
        f"     .query = {writer.query(operation, shared)}, .has_body = {has_body}, .body = {body},\n"
        f"     .operate = route::{snake(name)}}}"
    )


def generate(document):
    writer = Writer(document)
    routes, names = [], []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                names.append(snake(operation["operationId"]))
                routes.append(route(writer, path, method, operation, item.get("parameters", [])))
    header = (
        "// Generated from schema/openapi.yaml.\n#pragma once\n\nnamespace khien::api {\n\n"
        "enum class Operation : unsigned char {\n  " + ",\n  ".join(names) + ",\n};\n"
        f"inline constexpr unsigned kOperations = {len(names)};\n\n"
        "struct Call;\nstruct Reply;\n\n}  // namespace khien::api\n\n"
        "// One function for each operation; one that is missing does not link.\n"
        "namespace khien::api::route {\n\n"
        + "\n".join(f"Reply {name}(Call& call);" for name in names)
        + "\n\n}  // namespace khien::api::route\n"
    )
    source = (
        '// Generated from schema/openapi.yaml.\n#include "route.hpp"\n\n#include "call.hpp"\n\n'
        "namespace khien::api {\nnamespace {\n\n" + "\n".join(writer.arrays)
        + "\n\nconstexpr Route kRoutes[] = {\n    " + ",\n    ".join(routes) + "};\n\n}  // namespace\n\n"
        "std::span<const Route> routes() { return kRoutes; }\n\n}  // namespace khien::api\n"
    )
    return header, source


def main():
    source_path, out = sys.argv[1], sys.argv[2]
    with open(source_path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    header, source = generate(document)
    for name, text in (
        ("routes.gen.hpp", header),
        ("routes.gen.cpp", source),
        ("openapi.json", json.dumps(document, ensure_ascii=False, default=str)),
    ):
        with open(f"{out}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    try:
        main()
    except Interface as reason:
        sys.exit(f"openapi.yaml: {reason}")
