#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""test_arch - each check finds a planted fault, and nothing in correct files."""
import pathlib
import stat
import tempfile
import unittest

import banned
import formatting
import layers
import mentions
import migrations
import licence
import must_check
import security
import shell
import tables
import tidy
import topology
import words
from tree import PROJECT, Tree


class Planted(unittest.TestCase):
    def tree(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in files.items():
            file = pathlib.Path(folder.name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return Tree(folder.name)

    def found(self, check, files):
        return list(check(self.tree(files)))

    def assert_found(self, check, files, *sentences):
        faults = self.found(check, files)
        self.assertEqual(len(faults), len(sentences), faults)
        for fault, sentence in zip(sorted(faults), sorted(sentences)):
            self.assertIn(sentence, fault)

    def assert_clean(self, check, files):
        self.assertEqual(self.found(check, files), [])


class Layers(Planted):
    def test_a_domain_that_includes_its_use_cases_is_found(self):
        self.assert_found(layers.check, {
            "lib/app/book/book.h": "", "lib/domain/stay.c": '#include "app/book/book.h"\n'},
            'lib/domain/stay.c:1: lib/domain may not include "app/book/book.h"')

    def test_a_domain_that_includes_a_library_or_a_clock_is_found(self):
        self.assert_found(layers.check, {
            "lib/domain/stay.c": "#include <json-c/json.h>\n#include <time.h>\n"},
            "lib/domain/stay.c:1: lib/domain may not know <json-c/json.h>",
            "lib/domain/stay.c:2: lib/domain may not know <time.h>")

    def test_an_adapter_that_includes_another_one_than_json_is_found(self):
        self.assert_found(layers.check, {
            "lib/adapters/json/view.h": "", "lib/adapters/amqp/broker.h": "",
            "lib/adapters/mariadb/db.c":
                '#include "adapters/json/view.h"\n#include "adapters/amqp/broker.h"\n'},
            "lib/adapters/mariadb/db.c:2:")

    def test_a_handler_that_includes_a_store_is_found(self):
        include = '#include "adapters/mariadb/db.h"\n'
        self.assert_found(layers.check, {
            "lib/adapters/mariadb/db.h": "", "fcgi/book/main.c": include,
            "fcgi/book/book_create.c": include}, "fcgi/book/book_create.c:1:")

    def test_a_service_that_uses_amqp_is_found(self):
        self.assert_found(layers.check, {
            "lib/adapters/amqp/broker.h": "",
            "fcgi/book/main.c": '#include "adapters/amqp/broker.h"\n'}, "fcgi/book/main.c:1:")

    def test_a_program_that_includes_another_is_found(self):
        self.assert_found(layers.check, {
            "fcgi/room/handlers.h": "", "fcgi/book/main.c": '#include "fcgi/room/handlers.h"\n'},
            'fcgi/*/main.c may not include "fcgi/room/handlers.h"')

    def test_a_context_includes_its_own_folder_and_what_all_contexts_share(self):
        self.assert_clean(layers.check, {
            "lib/domain/stay.h": "", "lib/domain/room/room.h": "", "lib/app/ports.h": "",
            "lib/app/book/use.h": "", "lib/adapters/mariadb/db.h": "",
            "lib/adapters/mariadb/book/row.h": "",
            "lib/domain/book/book.c": '#include "domain/stay.h"\n#include "domain/room/room.h"\n',
            "lib/app/book/book_place.c": '#include "app/ports.h"\n#include "app/book/use.h"\n',
            "lib/app/shared.c": '#include "app/book/use.h"\n',
            "lib/adapters/mariadb/book/store.c":
                '#include "adapters/mariadb/db.h"\n#include "adapters/mariadb/book/row.h"\n',
            "lib/adapters/mariadb/tables.c": '#include "adapters/mariadb/book/row.h"\n'})

    def test_a_store_that_includes_the_store_of_another_context_is_found(self):
        self.assert_found(layers.check, {
            "lib/adapters/mariadb/pay/store.h": "",
            "lib/adapters/mariadb/book/store.c": '#include "adapters/mariadb/pay/store.h"\n'},
            'lib/adapters/mariadb/* may not include "adapters/mariadb/pay/store.h"')

    def test_a_use_case_that_includes_the_use_case_of_another_context_is_found(self):
        self.assert_found(layers.check, {
            "lib/app/pay/pay.h": "", "lib/app/book/book_place.c": '#include "app/pay/pay.h"\n'},
            'lib/app/* may not include "app/pay/pay.h"')

    def test_a_handler_that_includes_the_handler_of_another_context_is_found(self):
        self.assert_found(layers.check, {
            "fcgi/request.h": "", "fcgi/room/handlers.h": "",
            "fcgi/book/book_get.c": '#include "fcgi/request.h"\n#include "fcgi/room/handlers.h"\n'},
            "fcgi/book/book_get.c:2:")

    def test_an_include_of_no_file_is_found(self):
        self.assert_found(layers.check, {"lib/base/err.c": '#include "err.h"\n'},
                          '"err.h" is no file')

    def test_a_folder_outside_of_the_layers_is_found(self):
        self.assert_found(layers.check, {"lib/extra/thing.c": ""}, "belongs to no layer")

    def test_an_include_in_a_comment_is_none(self):
        self.assert_clean(layers.check, {"lib/base/err.c": '/*\n#include "app/book/book.h"\n*/\n'})


TABLE = "CREATE TABLE IF NOT EXISTS room (\n\tid INT NOT NULL COMMENT 'its; number',\n\tPRIMARY KEY (id)\n);\n"


class Migrations(Planted):
    def file(self, text, name="sql/room/0001-room.sql"):
        return {name: text}

    def test_additions_are_right(self):
        self.assert_clean(migrations.check, self.file(
            "-- room: the host's rooms; and more.\n\n" + TABLE +
            "ALTER TABLE room\n\tADD COLUMN IF NOT EXISTS n DECIMAL(3, 1) NOT NULL DEFAULT 0 COMMENT 'a, b',\n"
            "\tADD KEY IF NOT EXISTS by_n (n, id);\nINSERT IGNORE INTO room (id) VALUES (1);\n"
            "CREATE TABLE IF NOT EXISTS copy LIKE room;\nUPDATE room SET n = 1 WHERE n = 0;\n"))

    def test_each_way_to_remove_something_is_found(self):
        for statement in ("DROP TABLE room", "RENAME TABLE room TO chamber", "DELETE FROM room",
                          "TRUNCATE room", "CREATE TABLE room (id INT COMMENT 'x')",
                          "ALTER TABLE room DROP COLUMN id", "ALTER TABLE room MODIFY COLUMN id TINYINT",
                          "ALTER TABLE room ADD KEY IF NOT EXISTS k (id), CHANGE id number INT",
                          "ALTER TABLE room ADD UNIQUE KEY IF NOT EXISTS u (id)",
                          "ALTER TABLE room ADD KEY by_id (id)", "INSERT INTO room VALUES (1)",
                          "UPDATE room SET id = id + 1", "DROP TABLE room; -- contract: too late"):
            self.assert_found(migrations.check, self.file(f"-- a\n{TABLE}\n{statement};\n"),
                              "0001-room.sql:7: ")

    def test_a_removal_under_a_contract_comment_is_right(self):
        self.assert_clean(migrations.check, self.file(
            TABLE + "-- contract: 0.1 was the last to know it\nALTER TABLE room DROP COLUMN IF EXISTS n;\n"))
        self.assert_found(migrations.check, self.file(
            TABLE + "-- contract:\nALTER TABLE room DROP COLUMN IF EXISTS n;\n"), "does not only add")

    def test_a_column_without_a_default_is_found(self):
        self.assert_found(migrations.check, self.file(
            "ALTER TABLE room ADD COLUMN IF NOT EXISTS n INT NOT NULL COMMENT 'x';\n"), "has no default")

    def test_a_column_without_a_comment_is_found(self):
        for column in ("id INT NOT NULL", "id INT COMMENT ''", "checksum INT", "key_hash INT"):
            self.assert_found(migrations.check, self.file(
                f"CREATE TABLE IF NOT EXISTS room ({column}, PRIMARY KEY (id));\n"), "has no comment")

    def test_a_gap_in_the_numbers_is_found(self):
        self.assert_found(migrations.check, self.file(TABLE) | self.file(TABLE, "sql/room/0003-more.sql"),
                          "0003-more.sql: is number 2 of room")


class Banned(Planted):
    def test_each_banned_function_is_found_where_it_is_called(self):
        for name in banned.INSTEAD:
            self.assert_found(banned.check, {"lib/app/a.c": f"int x;\nint y = {name} (1);\n"},
                              f"lib/app/a.c:2: {name}() is banned")

    def test_names_in_comments_texts_and_members_are_no_calls(self):
        self.assert_clean(banned.check, {
            "lib/app/a.c": '/* strcpy(a, b) */ char *s = "gets(x)"; // rand()\n'
                           "int n = fd->signal(1) + my_rand() + snprintf(s, 1, s);\n"})

    def test_an_error_that_is_made_without_its_place_is_found(self):
        self.assert_found(banned.check, {"lib/app/a.c": (
            "return ERR_BUG;\nerr = ERR_SYSTEM;\nint a = b ? OK : ERR_BUG;\n")},
                          "lib/app/a.c:1: ERR_BUG without its place",
                          "lib/app/a.c:2: ERR_SYSTEM without", "lib/app/a.c:3:")
        self.assert_clean(banned.check, {"lib/app/a.c": (
            "return ERR_BUG_HERE();\nbool is = err == ERR_BUG;\ncase ERR_SYSTEM: return 1;\n")})

    def test_a_transfer_that_is_addressed_in_a_second_place_is_found(self):
        code = "curl_easy_setopt(handle, CURLOPT_URL, url);\n"
        self.assert_found(banned.check, {"lib/adapters/webhook/webhook.c": code,
                                         "lib/adapters/curl/options.c": code},
                          "lib/adapters/webhook/webhook.c:1: CURLOPT_URL belongs to options_set()")

    def test_the_environment_read_in_a_second_place_is_found(self):
        self.assert_found(banned.check, {"lib/base/conf.c": "char **e = environ;\n",
                                         "lib/program/options.c": "char **e = environ;\n"},
                          "lib/base/conf.c:1:")


class MustCheck(Planted):
    def test_an_unmarked_function_is_found_and_marked_ones_are_not(self):
        self.assert_found(must_check.check, {"lib/base/a.h": (
            "MUST_CHECK enum err fine(void);\n"
            "MUST_CHECK static inline enum err fine_too(void);\n"
            "typedef enum err handler_fn(int);\n"
            "struct port {\n\tenum err (*pointer)(void);\n};\n"
            "enum err\nforgotten(int a,\n          int b);\n")}, "forgotten() returns")


class Licence(Planted):
    def test_a_source_without_its_licence_is_found(self):
        line = "SPDX-License-Identifier: MIT"
        self.assert_found(licence.check, {
            "lib/base/a.c": f"/* {line} */\nint a;\n", "hotel": f"#!/bin/sh\n# {line}\n",
            "ops/packages/run": "curl\n", "lib/base/b.c": "int b;\n"}, "lib/base/b.c:1: does not name")


class Formatting(Planted):
    def test_a_file_out_of_shape_is_found_with_the_command_that_corrects_it(self):
        self.assert_found(formatting.check, {"lib/base/a.c": "int  a ;\n", "lib/base/b.c": "int a;\n"},
                          "-i lib/base/a.c")


class Shell(Planted):
    def test_a_faulty_script_is_found_by_its_ending_or_its_first_line(self):
        script = "#!/usr/bin/env bash\necho $1\n"
        self.assert_found(shell.check, {"ops/a.sh": script, "hotel": script, "notes": "echo $1\n"},
                          "ops/a.sh:2:", "hotel:2:")


class Tidy(Planted):
    def test_a_bug_is_found(self):
        tree = self.tree({"lib/base/a.c":
                          "int f(int a);\nint f(int a)\n{\n\tint b;\n\tif (a)\n\t\tb = 1;\n"
                          "\treturn b;\n}\n"})
        (tree.root / "compile_commands.json").write_text(
            f'[{{"directory": "{tree.root}", "file": "{tree.root}/lib/base/a.c",'
            f' "command": "cc -std=c11 -c {tree.root}/lib/base/a.c"}}]')
        faults = list(tidy.check(tree, tree.root))
        self.assertTrue(any("lib/base/a.c:7" in fault for fault in faults), faults)

    def test_a_build_without_its_list_of_commands_is_found(self):
        faults = list(tidy.check(self.tree({"lib/base/a.c": ""}), "/nowhere"))
        self.assertEqual(len(faults), 1, faults)


class Tables(Planted):
    TEXT = "\n".join(["# Settings", "<!-- table: settings -->", "| setting | default | meaning |",
                      "|---|---|---|", "| `HOTEL_A` | `1` | one \\| two |", "| `HOTEL_B` |  | b |", ""])

    def compared(self, wanted):
        tree = self.tree({"README.md": self.TEXT})
        return list(tables.compare(tree, "README.md", "settings", wanted, 3))

    def test_equal_tables_are_fine(self):
        self.assertEqual(self.compared([["HOTEL_A", "1", "one | two"], ["HOTEL_B", "", "b"]]), [])

    def test_another_default_is_found_on_both_sides(self):
        self.assertEqual(len(self.compared([["HOTEL_A", "2", "one | two"], ["HOTEL_B", "", "b"]])), 2)

    def test_a_missing_row_and_one_too_many_are_found(self):
        self.assertEqual(len(self.compared([["HOTEL_A", "1", "one | two"]])), 1)
        self.assertEqual(len(self.compared([["HOTEL_A", "1", "one | two"], ["HOTEL_B", "", "b"],
                                            ["HOTEL_C", "", "c"]])), 1)

    def test_another_order_is_found(self):
        self.assertEqual(len(self.compared([["HOTEL_B", "", "b"], ["HOTEL_A", "1", "one | two"]])), 1)

    def test_a_missing_table_is_found(self):
        tree = self.tree({"README.md": "nothing"})
        self.assertEqual(len(list(tables.compare(tree, "README.md", "events", [], 3))), 1)

    def test_constants_are_read_from_the_code(self):
        tree = self.tree({"fcgi/a.h": "#define A_MAX  (64 * 1024) /* bytes */\n#define B 5u\n"
                                      "#define C(x) x\n"})
        self.assertEqual(tables.constants(tree), {("fcgi/a.h", "A_MAX"): 65536, ("fcgi/a.h", "B"): 5})

    def test_an_event_without_a_row_and_a_row_without_an_event_are_found(self):
        tree = self.tree({
            "workers/a.c": 'LOG(LOG_WARN, "paused", x);\nlog_write(level_of(x),\n\t"request", y);\n'
                           'LOG(LOG_ERROR, a ? "passed" : "dead", LOG_TEXT("queue", "x"));\n'
                           'LOG(LOG_INFO, "started");\n',
            "docs/runbook.md": "<!-- table: signs -->\n| event |\n|---|\n| `paused` |\n| `gone` |\n"})
        self.assertEqual(sorted(tables.check_signs(tree, None)), [
            "docs/runbook.md: no program logs or checks gone",
            "docs/runbook.md: the table of signs lacks dead",
            "docs/runbook.md: the table of signs lacks passed",
            "docs/runbook.md: the table of signs lacks request"])


class Mentions(Planted):
    CODE = {"lib/domain/book/book.h": "struct book {\n\tint id;\n};\nint book_next(void);\n",
            "lib/config/settings.c": 'x("HOTEL_PORT")\n', "ops/command/up.sh": "",
            "tests/e2e/test_story.py": "def test_it(): pass\n"}

    def test_existing_names_are_fine(self):
        self.assert_clean(mentions.check, {**self.CODE, "docs/a.md": (
            "# One thing\n`lib/domain/book/book.h` `lib/domain/` `lib/*/*.h` `struct book` `book_next()` "
            "`HOTEL_PORT` `./hotel up` `tests/e2e/test_story.py::test_it` "
            "[b](../lib/domain/book/book.h) [c](#one-thing) [d](https://example.com/x)\n")})

    def test_each_kind_of_missing_name_is_found(self):
        for text in ("`lib/domain/none.h`", "`struct none`", "`none()`", "`HOTEL_NONE`",
                     "`./hotel none`", "`tests/e2e/test_story.py::test_none`", "`ERR_NONE`",
                     "[a](none.md)", "[a](#none)", "```sh\n./hotel none\n```"):
            self.assert_found(mentions.check, {**self.CODE, "docs/a.md": text + "\n"}, "docs/a.md:")

    def test_comments_name_existing_files(self):
        header = "/* See %s. */\nstruct other { int id; };\n"
        for path in ("lib/domain/book/book.h", "domain/book/book.h", "other/project.c"):
            self.assert_clean(mentions.check, {**self.CODE, "lib/domain/a.h": header % path})
        for path in ("docs/none.md", "domain/book/none.h"):
            self.assert_found(mentions.check, {**self.CODE, "docs/a.md": "# A\n",
                                               "lib/domain/a.h": header % path}, path)


class Topology(Planted):
    FILES = {
        "lib/domain/event.c": '[EVENT_BOOKED] = {"Booked", "book", "book.booked", X},\n',
        "lib/adapters/amqp/topology.c": '{"room", "book", "book.*", "#"},\n',
        "ops/broker/definitions.json.in": '{"bindings": [{"destination": "q.room", "source": "book",'
                                        ' "destination_type": "queue", "routing_key": "book.*"},'
                                        ' {"destination": "events", "source": "book",'
                                        ' "destination_type": "exchange", "routing_key": "#"}]}',
        "workers/room/main.c": '.context = "room", .takes = {[EVENT_BOOKED] = true}\n',
        "README.md": "<!-- table: events -->\n| type | by |\n|---|---|\n| `Booked` | room |\n"}

    def test_a_complete_topology_is_fine(self):
        self.assert_clean(topology.check, self.FILES)

    def test_each_kind_of_broken_topology_is_found(self):
        for path, before, after, n in (
                ("ops/broker/definitions.json.in", "book.*", "book.booked", 2),
                ("lib/adapters/amqp/topology.c", "book.*", "book.canceled", 3),
                ("workers/room/main.c", "[EVENT_BOOKED] = true", "", 2),
                ("README.md", "| room |", "| room, pay |", 1)):
            files = {**self.FILES, path: self.FILES[path].replace(before, after)}
            self.assertEqual(len(self.found(topology.check, files)), n, path)


class Security(Planted):
    """The document of the project, with one thing changed."""

    def changed(self, before, after):
        text = (PROJECT / security.DOCUMENT).read_text(encoding="utf-8")
        self.assertIn(before, text)
        real = Tree()
        real.text = lambda path: text.replace(before, after, 1) if path == security.DOCUMENT else Tree.text(real, path)
        return list(security.check(real))

    def test_each_kind_of_wrong_row_is_found(self):
        for before, after, sentence in (
                ("| 9.1.1 |", "| 9.1.9 |", "9.1.1 is there 0 times"),
                ("| 9.1.1 |", "| 9.1.2 |", "9.1.2 is there 2 times"),
                ("| 8.3.1 |", "| 3.5.6 |", "3.5.6 is no requirement"),
                ("test_jose.c::an_embedded_key_is_not_used", "test_jose.c::nothing", "has no nothing"),
                ("`lib/adapters/jose/verifier.c`", "`lib/adapters/jose/nowhere.c`", "nowhere.c does not exist"),
                ("| met: ES256 |", "| done |", "9.1.2 is neither met"),
                ("| met: ES256 |", "| met later |", "9.1.2 is put off"),
                ("| met: ES256 |", "| met for one. not met for others |", "9.1.2 is partly met"),
                ("| `lib/adapters/csv/csv_table.c`, `docs/openapi.yaml` | `tests/unit/test_csv_table.c::what_is_no_csv_is_told_by_its_line`, `tests/fuzz/fuzz_csv.c` |",
                 "| | |", "5.1.1 is met, and no file shows it")):
            faults = self.changed(before, after)
            self.assertTrue(any(sentence in fault for fault in faults), (sentence, faults))

    def test_the_document_is_right(self):
        self.assertEqual(self.changed("# Security", "# Security"), [])


class Words(Planted):
    def test_a_renamed_word_is_found_in_code_and_documents_with_the_word_of_now(self):
        self.assert_found(words.check, {
            "lib/app/a.c": "struct circuit c;\nint book_desk(void);\n", "docs/a.md": "Each Verdict counts.\n"},
            'lib/app/a.c:1: "struct circuit" is now: shared_breaker',
            'lib/app/a.c:2: "book_desk" is now: book_client',
            'docs/a.md:1: "Verdict" is now: disposition')

    def test_parts_of_other_words_and_exceptions_are_fine(self):
        self.assert_clean(words.check, {
            "lib/app/a.c": "/* outdoors: a circuit breaker */ int stylesheet; // SELECT x FROM horizon\n",
            "nginx/html/app/a.js": "text.slice(1)\n", "CHANGELOG.md": "the door\n", "sql/a.sql": "horizon\n"})


class OfTheProject(unittest.TestCase):
    def test_every_check_here_is_run_by_ctest(self):
        registered = (PROJECT / "tests/arch/CMakeLists.txt").read_text(encoding="utf-8")
        for path in (PROJECT / "tests/arch").glob("*.py"):
            if path.stem != "tree":
                self.assertIn(path.name, registered)
            executable = bool(path.stat().st_mode & stat.S_IXUSR)
            self.assertEqual(executable, path.read_text(encoding="utf-8").startswith("#!"), path)


if __name__ == "__main__":
    unittest.main()
