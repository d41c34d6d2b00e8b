#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
documents - makes what describes the API for people and programs, before nginx serves it.

    documents.py ROOT OUTPUT

From docs/openapi.yaml: openapi.json, root.json (GET / for programs) and the template docs.html. From
nginx/documents/problems: a template and a JSON document for each problem. pages.awk inserts the texts of
each language into the templates.
"""
import html
import json
import pathlib
import re
import sys

import yaml

METHODS = ("get", "post", "put", "patch", "delete")
ENTRY = re.compile(r'^\t"([^"]+)": "(.+)",$', re.MULTILINE)
CODE, BOLD = re.compile(r"`([^`]+)`"), re.compile(r"\*\*([^*]+)\*\*")
HAL = "application/hal+json"


def prose(text):
    """Paragraphs with `code` and **bold**, as HTML."""
    paragraphs = (" ".join(part.split()) for part in text.strip().split("\n\n"))
    return "\n".join(f"<p>{inline(part)}</p>" for part in paragraphs)


def inline(text):
    escaped = html.escape(text)
    return BOLD.sub(r"<strong>\1</strong>", CODE.sub(r"<code>\1</code>", escaped))


class Document:
    """An OpenAPI document."""

    def __init__(self, path):
        self.root = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def resolve(self, node):
        while "$ref" in node:
            name = node["$ref"]
            node = self.root
            for part in name.removeprefix("#/").split("/"):
                node = node[part]
        return node

    def operations(self):
        """(path, method, operation) of all that the public listener has, with the parameters of the path."""
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item and "internal" not in item[method]["tags"]:
                    parameters = item.get("parameters", []) + item[method].get("parameters", [])
                    yield path, method, item[method] | {"parameters": [self.resolve(one) for one in parameters]}

    def type_of(self, schema):
        """A schema in a few words: its name, its type, its values."""
        if "$ref" in schema and self.resolve(schema).get("type") == "object":
            name = schema["$ref"].rpartition("/")[2]
            return f'<a href="#schema-{name}">{name}</a>'
        schema = self.resolve(schema)
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return " | ".join(f"<code>{html.escape(str(value))}</code>" for value in values)
        for words in ("oneOf", "anyOf"):
            if words in schema:
                return " | ".join(dict.fromkeys(self.type_of(one) for one in schema[words]))
        if schema.get("type") == "array":
            return f"[{self.type_of(schema.get('items', {}))}]"
        name = schema.get("format") or schema.get("type", "object")
        return html.escape(" | ".join(name) if isinstance(name, list) else name)

    def members(self, schema):
        """{name: schema} of an object, with those of allOf, and the names that are required."""
        schema = self.resolve(schema)
        found, required = dict(schema.get("properties", {})), set(schema.get("required", []))
        for part in schema.get("allOf", []):
            inherited, needed = self.members(part)
            found, required = inherited | found, required | needed
        return found, required


class Page:
    """The document as HTML; {{docs.*}} are words in the reader's language."""

    def __init__(self, document):
        self.document = document
        self.lines = []

    def add(self, *lines):
        self.lines += lines

    def whole(self):
        document, tags = self.document, [tag for tag in self.document.root["tags"] if tag["name"] != "internal"]
        self.add(f'<div class="card" lang="en">{prose(document.root["info"]["description"])}</div>')
        self.add('<nav class="contents" aria-labelledby="contents">', '<h2 id="contents">{{docs.contents}}</h2>', "<ul>")
        self.add(*(f'<li><a href="#tag-{tag["name"]}" lang="en">{tag["name"]}</a></li>' for tag in tags))
        self.add('<li><a href="#schemas">{{docs.schemas}}</a></li>', "</ul>", "</nav>")
        for tag in tags:
            self.tag(tag)
        self.add('<h2 id="schemas">{{docs.schemas}}</h2>')
        for name, schema in document.root["components"]["schemas"].items():
            if document.resolve(schema).get("type") == "object" or "allOf" in schema:
                self.schema(name, schema)
        return "\n".join(self.lines)

    def tag(self, tag):
        self.add(f'<h2 id="tag-{tag["name"]}" lang="en">{tag["name"]}</h2>',
                 f'<div lang="en">{prose(tag["description"])}</div>')
        for path, method, operation in self.document.operations():
            if tag["name"] in operation["tags"]:
                self.operation(path, method, operation)

    def operation(self, path, method, operation):
        self.add(f'<section class="card operation" id="{operation["operationId"]}">',
                 f'<h3 lang="en"><code>{method.upper()} {html.escape(path)}</code></h3>',
                 f'<div lang="en"><p>{inline(operation["summary"])}</p>{prose(operation.get("description", ""))}</div>')
        if operation["parameters"]:
            self.add("<h4>{{docs.parameters}}</h4>", '<dl class="members" lang="en">')
            for one in operation["parameters"]:
                kind = f'{one["in"]}, {self.document.type_of(one["schema"])}'
                self.member(one["name"], kind, one.get("required"), one["description"])
            self.add("</dl>")
        if "requestBody" in operation:
            self.content("{{docs.body}}", operation["requestBody"]["content"])
        self.responses(operation["responses"])
        self.add("</section>")

    def member(self, name, kind, required, description):
        must = ' <strong lang="{{language}}">{{docs.required}}</strong>' if required else ""
        self.add(f"<dt><code>{html.escape(name)}</code> <small>{kind}</small>{must}</dt>",
                 f"<dd>{inline(' '.join(description.split()))}</dd>")

    def content(self, title, content):
        first = next(iter(content.values()))
        self.add(f"<h4>{title}</h4>", f'<p lang="en">{self.document.type_of(first["schema"])} ({", ".join(content)})</p>')
        examples = [first["example"]] if "example" in first else [
            one["value"] for one in first.get("examples", {}).values()]
        self.add(*(f'<pre lang="en">{html.escape(json.dumps(one, ensure_ascii=False, default=str))}</pre>' for one in examples))

    def responses(self, responses):
        self.add("<h4>{{docs.responses}}</h4>", '<dl class="members" lang="en">')
        for status, response in sorted(responses.items()):
            response = self.document.resolve(response)
            content = response.get("content", {})
            kinds = [self.document.type_of(one["schema"]) for name, one in content.items() if name == HAL]
            said = re.sub(r"^([a-z-]+): ", r'<a href="/problems/\1">\1</a>: ', inline(response["description"]))
            self.add(f"<dt><code>{status}</code> {''.join(kinds)}</dt>", f"<dd>{said}</dd>")
        self.add("</dl>")

    def schema(self, name, schema):
        members, required = self.document.members(schema)
        self.add(f'<section class="card" id="schema-{name}" lang="en">', f"<h3>{name}</h3>",
                 prose(self.document.resolve(schema).get("description", "")))
        if members:
            self.add('<dl class="members">')
            for member, one in members.items():
                described = self.document.resolve(one).get("description", "")
                self.member(member, self.document.type_of(one), member in required, described)
            self.add("</dl>")
        self.add("</section>")


# What browsers are led through, and what is there with an OpenID provider only.
NOT_AT_THE_ROOT = re.compile("guestManagementPages|^/accounts/oidc")


def root_links(document):
    """The links of GET /: collections with the parameters of their queries, and the documents."""
    links = {"self": {"href": "/"}}
    for path, method, operation in document.operations():
        if method == "get" and "{" not in path and not NOT_AT_THE_ROOT.search(path) and "system" not in operation["tags"]:
            names = ",".join(one["name"] for one in operation["parameters"] if one["in"] == "query")
            name = path.strip("/").rpartition("/")[2]
            links[name] = {"href": f"{path}{{?{names}}}", "templated": True} if names else {"href": path}
    return links | {
        "openapi": {"href": "/openapi.yaml", "type": "application/yaml"},
        "asyncapi": {"href": "/asyncapi.yaml", "type": "application/yaml"},
        "docs": {"href": "/docs", "type": "text/html"},
        "problems": {"href": "/problems"},
    }


def problems(root):
    """(slug, status) of each problem."""
    lines = (root / "nginx/documents/problems").read_text(encoding="utf-8").splitlines()
    return [tuple(reversed(line.split())) for line in lines if line and not line.startswith("#")]


def problem_document(slug, status, texts):
    detail = f"{texts[f'means.{slug}']} {texts[f'cure.{slug}']}"
    return {"type": f"/problems/{slug}", "title": texts[f"title.{slug}"], "status": int(status), "detail": detail,
            "_links": {"self": {"href": f"/problems/{slug}"}, "collection": {"href": "/problems"}}}


def write_problems(root, output):
    texts = dict(ENTRY.findall((root / "nginx/documents/en.js").read_text(encoding="utf-8")))
    template = (root / "nginx/documents/problem.html").read_text(encoding="utf-8")
    (output / "problems").mkdir()
    all_of_them, lines = [], []
    for slug, status in problems(root):
        document = problem_document(slug, status, texts)
        all_of_them.append(document)
        write_json(output / f"problems/{slug}.json", document)
        page = template.replace("@SLUG@", slug).replace("@STATUS@", status)
        (output / f"problems/{slug}.html").write_text(page, encoding="utf-8")
        lines.append(f'<li><a href="/problems/{slug}"><code>{slug}</code></a> ({status}): {{{{title.{slug}}}}}</li>')
    write_json(output / "problems.json", {"_embedded": {"problems": all_of_them}, "_links": {"self": {"href": "/problems"}}})
    fill(root, output, "problems.html", "\n".join(lines))


def fill(root, output, name, body):
    template = (root / "nginx/documents" / name).read_text(encoding="utf-8")
    (output / name).write_text(template.replace("@BODY@", body), encoding="utf-8")


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def main(root, output):
    document = Document(root / "docs/openapi.yaml")
    write_json(output / "openapi.json", document.root)
    write_json(output / "root.json", {"_links": root_links(document)})
    fill(root, output, "docs.html", Page(document).whole())
    write_problems(root, output)


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
