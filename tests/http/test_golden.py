#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The golden cases can fail: each test compares a response with one that differs."""
import json
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "e2e"), str(HERE.parent / "openapi")]

import case  # noqa: E402  (these need the paths above)
import match  # noqa: E402
from web import Answer  # noqa: E402


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "one.txt"
        path.write_text(text, encoding="utf-8")
        return case.read(path)


def answer(status, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, headers, b"" if body is None else json.dumps(body).encode() + b"\n", 0.0)


def problem(status, slug, *faults):
    errors = [{"pointer": p, "code": c, "detail": "d"} for p, c in faults]
    return answer(status, {"type": f"/problems/{slug}", "errors": errors},
                  content_type="application/problem+json")


class Cases(unittest.TestCase):
    def differ(self, expected, shown, **variables):
        (example,) = read(f"GET /x\n---\n{expected}")
        return match.differences(example, shown, variables)

    def test_a_wrong_status_is_reported(self):
        self.assertTrue(self.differ("200", answer(201)))
        self.assertFalse(self.differ("200", answer(200)))

    def test_a_wrong_problem_is_reported(self):
        self.assertTrue(self.differ("409 room-taken", problem(409, "state-conflict")))
        self.assertFalse(self.differ("409 room-taken", problem(409, "room-taken")))

    def test_missing_and_unexpected_faults_are_reported(self):
        expected = "422 validation\n/a type\n/b range"
        self.assertTrue(self.differ(expected, problem(422, "validation", ("/a", "type"))))
        both = [("/a", "type"), ("/b", "range")]
        self.assertFalse(self.differ(expected, problem(422, "validation", *both)))
        self.assertTrue(self.differ(expected, problem(422, "validation", *both, ("/c", "x"))))

    def test_a_missing_or_wrong_header_is_reported(self):
        self.assertTrue(self.differ('200\nETag: "1"', answer(200)))
        self.assertTrue(self.differ('200\nETag: "1"', answer(200, etag='"2"')))
        self.assertFalse(self.differ('200\nETag: "1"', answer(200, etag='"1"')))

    def test_a_body_without_a_final_newline_is_reported(self):
        self.assertTrue(self.differ("200", Answer(200, {}, b"{}", 0.0)))

    def test_a_body_must_be_complete_unless_it_says_otherwise(self):
        self.assertTrue(self.differ('200\n\n{"a": 1}', answer(200, {"a": 1, "b": 2})))
        self.assertTrue(self.differ('200\n\n{"a": 1, "b": 2}', answer(200, {"a": 1})))
        self.assertFalse(self.differ('200\n\n{"a": 1, "...": ""}', answer(200, {"a": 1, "b": 2})))

    def test_values_are_compared_by_type_and_order(self):
        self.assertTrue(self.differ('200\n\n{"a": 1}', answer(200, {"a": True})))
        self.assertTrue(self.differ('200\n\n{"a": 1}', answer(200, {"a": "1"})))
        self.assertTrue(self.differ('200\n\n{"a": [1, 2]}', answer(200, {"a": [2, 1]})))
        self.assertTrue(self.differ('200\n\n{"a": [1]}', answer(200, {"a": [1, 1]})))
        self.assertTrue(self.differ('200\n\n{"a": null}', answer(200, {"a": 0})))

    def test_a_type_matches_any_value_of_that_type(self):
        for kind, good, bad in (("number", 7, "7"), ("text", "x", 7), ("date", "2027-05-05", "soon"),
                                ("instant", "2027-05-05T00:00:00.000Z", "2027-05-05")):
            expected = f'200\n\n{{"a": {{{{{kind}}}}}}}'
            self.assertFalse(self.differ(expected, answer(200, {"a": good})), kind)
            self.assertTrue(self.differ(expected, answer(200, {"a": bad})), kind)

    def test_a_stored_value_is_compared_later(self):
        (example,) = read('GET /x\n---\n200\nLocation: /rooms/{{number:room}}\n\n{"id": {{room}}}')
        kept = {}
        self.assertFalse(match.differences(example, answer(200, {"id": 7}, location="/rooms/7"),
                                           kept))
        self.assertEqual(kept["room"], "7")
        self.assertTrue(match.differences(example, answer(200, {"id": 8}, location="/rooms/7"),
                                          {}))

    def test_placeholders_within_texts_are_matched(self):
        self.assertFalse(self.differ('200\n\n{"a": "x {{number}}, {{n}}"}',
                                     answer(200, {"a": "x 12, 3"}), n=3))
        self.assertTrue(self.differ('200\n\n{"a": "x {{number}}, {{n}}"}',
                                    answer(200, {"a": "x 12, 4"}), n=3))

    def test_each_request_line_makes_an_example(self):
        examples = read("given room\nGET /a\ninternal POST /b\n\nbody\n---\n200\n===\nGET /c\n---\n200")
        self.assertEqual([(e.method, e.path, e.internal, bool(e.given), e.body) for e in examples],
                         [("GET", "/a", False, True, "body"), ("POST", "/b", True, False, "body"),
                          ("GET", "/c", False, False, None)])

    def test_an_invalid_example_is_refused(self):
        for text in ("GET /x", "GET /x\n---\n200\n---\n201", "---\n200"):
            with self.subTest(text), self.assertRaises((ValueError, IndexError)):
                read(text)

    def test_bytes_and_repetitions_are_replaced(self):
        self.assertEqual(case.fill("{{hex ff00}}{{repeat 3 ab}}{{n}}", {"n": 7}),
                         b"\xff\x00ababab7")


if __name__ == "__main__":
    unittest.main()
