"""Runs the house's law over this tree, and shows that each rule can fail: a
small tree that breaks it is refused."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Tree:
    """A throw-away tree with the files given."""

    def __init__(self, files):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="khien-house-"))
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


class TheTreeKeepsTheLaw(unittest.TestCase):
    def test_every_rule_holds_here(self):
        for rule in rules.RULES:
            with self.subTest(rule.__name__):
                self.assertEqual(rule(ROOT), [])


class EachRuleCanFail(unittest.TestCase):
    def broken(self, rule, files, words):
        with Tree(files) as root:
            found = rule(root)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_a_third_party_header_in_a_public_one(self):
        self.broken(rules.third_party_in_public_headers,
                    {"src/scan/include/khien/scan/a.hpp": "#include <yara.h>\n#include <string>\n"}, "yara.h")

    def test_the_real_clock_outside_core(self):
        self.broken(rules.real_time_outside_core,
                    {"src/flow/a.cpp": "auto t = std::chrono::system_clock::now();\n",
                     "src/core/clock.cpp": "auto t = std::chrono::system_clock::now();\n"}, "src/flow/a.cpp:1")

    def test_time_of_the_c_library(self):
        self.broken(rules.real_time_outside_core, {"src/flow/a.cpp": "long t = time(nullptr);\n"}, "a.cpp:1")

    def test_content_named_in_code(self):
        content = {"content/directives/a.yaml": "key: north-1\nclauses:\n  - id: N-1\n    duties:\n      - id: N-1.a\n",
                   "content/registers/b.yaml": "name: logbook\n"}
        for name in ("north-1", "N-1", "N-1.a", "logbook"):
            self.broken(rules.content_named_in_code,
                        {**content, "src/duty/a.cpp": f'if (id == "{name}") return;\n',
                         "src/duty/test/a_test.cpp": f'CHECK(id == "{name}");\n'}, f"names content: {name}")
        self.broken(rules.content_named_in_code, {**content, "ui/src/a.ts": "show('logbook');\n"}, "ui/src/a.ts:1")

    def test_a_forbidden_call(self):
        self.broken(rules.forbidden_calls, {"src/agent/a.cpp": 'popen("ls", "r");\n'}, "a.cpp:1")

    def test_a_stranger_who_writes_a_table(self):
        self.broken(rules.tables_written_by_strangers,
                    {"schema/migrations/hub/0001_unit.sql": "-- owner: estate\nCREATE TABLE unit (a) STRICT;\n",
                     "src/api/a.cpp": 'run("INSERT INTO unit VALUES (1)");\n',
                     "src/estate/a.cpp": 'run("INSERT INTO unit VALUES (1)");\n'}, "src/api/a.cpp")

    def test_a_migration_that_does_not_say_why(self):
        self.broken(rules.migrations_without_header,
                    {"schema/migrations/hub/0001_unit.sql": "-- owner: estate\n"}, "why:")


class TheFloorsHold(unittest.TestCase):
    """Configures small houses with the real cmake/khien_module.cmake."""

    def configure(self, modules, build=None):
        files = {
            "CMakeLists.txt": """
                cmake_minimum_required(VERSION 3.25)
                project(small LANGUAGES CXX)
                set(KHIEN_LAYERS "core" "scan:store" "flow")
                add_library(khien_flags INTERFACE)
                include(%s/cmake/khien_module.cmake)
                foreach(name core scan store flow)
                  add_subdirectory(src/${name})
                endforeach()
                """ % ROOT,
        }
        for name in ("core", "scan", "store", "flow"):
            deps, header = modules.get(name, ("", ""))
            files[f"src/{name}/CMakeLists.txt"] = f"khien_module({name} SOURCES a.cpp DEPS {deps})\n"
            files[f"src/{name}/a.cpp"] = "namespace { [[maybe_unused]] int a; }\n"
            files[f"src/{name}/include/khien/{name}/a.hpp"] = "#pragma once\n" + header
        with Tree(files) as root:
            done = subprocess.run(["cmake", "-G", "Ninja", "-S", root, "-B", root / "b"],
                                  capture_output=True, text=True)
            if build and done.returncode == 0:
                done = subprocess.run(["ninja", "-C", root / "b", build], capture_output=True, text=True)
            # CMake breaks the lines of its messages as it likes.
            return done.returncode, " ".join((done.stdout + done.stderr).split())

    def test_a_sound_house_is_built(self):
        code, said = self.configure({"scan": ("khien::core", ""), "flow": ("khien::scan;khien::store", "")},
                                    "khien_headers")
        self.assertEqual(code, 0, said)

    def test_a_module_may_not_look_up(self):
        code, said = self.configure({"core": ("khien::scan", "")})
        self.assertNotEqual(code, 0)
        self.assertIn("core (floor 0) may not depend on khien::scan (floor 1)", said)

    def test_a_module_may_not_look_sideways(self):
        code, said = self.configure({"scan": ("khien::store", "")})
        self.assertNotEqual(code, 0)
        self.assertIn("scan (floor 1) may not depend on khien::store (floor 1)", said)

    def test_a_header_that_was_not_declared_is_not_found(self):
        code, said = self.configure({"flow": ("", '#include "khien/scan/a.hpp"\n')},
                                    "khien_headers")
        self.assertNotEqual(code, 0)
        self.assertIn("khien/scan/a.hpp", said)

    def test_a_public_header_must_compile_alone(self):
        code, said = self.configure({"scan": ("", "inline std::string missing_include();\n")},
                                    "khien_headers")
        self.assertNotEqual(code, 0)
        self.assertIn("std", said)


class MisuseDoesNotCompile(unittest.TestCase):
    """tests/compile_fail/*.cpp: each file compiles as it is and must not with
    -DMISUSE, which puts in the one line that is wrong."""

    def test_each_misuse(self):
        folder = ROOT / "tests" / "compile_fail"
        includes = [f"-I{p}" for p in sorted(ROOT.glob("src/*/include"))]
        files = sorted(folder.glob("*.cpp"))
        self.assertGreater(len(files), 0)
        for file in files:
            with self.subTest(file.name):
                command = ["clang++-19", "-std=c++23", "-fsyntax-only", "-Werror", *includes, str(file)]
                right = subprocess.run(command, capture_output=True, text=True)
                self.assertEqual(right.returncode, 0, right.stderr)
                wrong = subprocess.run([*command, "-DMISUSE"], capture_output=True, text=True)
                self.assertNotEqual(wrong.returncode, 0, "the misuse compiles")


if __name__ == "__main__":
    sys.exit(unittest.main())
