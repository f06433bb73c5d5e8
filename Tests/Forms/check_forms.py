"""Every instrument as an XLSForm: converts without warnings, skips the same questions, gives the same verdict."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree
from pyxform.xls2xform import convert

PROGRAM = os.environ.get("AMPARO_PROGRAM", ".build/debug/amparo")
SEED = int(os.environ.get("AMPARO_SEED", random.randrange(1 << 32)))
ROUNDS = 40
XF = {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}

# The one function of ODK's dialect that the forms use and XPath 1.0 does not have.
etree.FunctionNamespace(None)["if"] = lambda _, test, then, other: then if test else other


class Form:
    """A converted form that can be filled in, the way a client does it: relevance first, then calculations."""

    def __init__(self, xml):
        root = etree.fromstring(xml.encode())
        model = root.find(".//x:model", XF)
        self.instance = model.find("x:instance", XF)[0]
        self.binds = [dict(bind.attrib) for bind in model.findall("x:bind", XF)]
        # Without namespaces, so that paths read as they are written.
        self.tree = etree.ElementTree(self.plain(self.instance))

    def plain(self, node):
        copy = etree.Element(etree.QName(node).localname)
        for child in node:
            if isinstance(child.tag, str):
                copy.append(self.plain(child))
        return copy

    def node(self, path):
        return self.tree.xpath(path)[0]

    def evaluate(self, path, expression):
        return self.node(path).xpath(expression.strip())

    def fill(self, answers):
        skipped = []
        for bind in self.binds:
            path = bind["nodeset"]
            if path.startswith("/") and not self.tree.xpath(path):
                continue
            name = path.rsplit("/", 1)[-1]
            relevant = bind.get("relevant")
            hidden = any(path.startswith(outer + "/") for outer in skipped)
            if hidden or (relevant and not self.evaluate(path, relevant)):
                skipped.append(path)
                self.node(path).text = None
            elif "calculate" in bind:
                value = self.evaluate(path, bind["calculate"])
                if isinstance(value, float) and value == int(value):
                    value = int(value)
                self.node(path).text = str(value)
            elif name in answers:
                self.node(path).text = answers[name]
        return {path.rsplit("/", 1)[-1] for path in skipped}

    def value(self, name):
        found = self.tree.xpath(f"//{name}")
        return found[0].text if found else None


def screen(instrument, fillings):
    """The program's reports, in the order of the fillings; all in one go, since reading the pack is what takes long."""
    lines = "".join(json.dumps({"age": age, "answers": answers}) + "\n" for age, answers in fillings)
    run = subprocess.run(
        [PROGRAM, "screen", "--instrument", instrument, "--batch", "-", "--json"], input=lines, capture_output=True,
        text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def check(instrument, generator, folder):
    file = Path(folder) / f"{instrument}.xlsx"
    subprocess.run([PROGRAM, "form", "export", "--instrument", instrument, "-o", str(file)], check=True)
    result = convert(str(file), warnings=(warnings := []))
    assert not warnings and not result.warnings, (instrument, warnings, result.warnings)
    codes, forms, fillings = None, [], []
    for _ in range(ROUNDS):
        form = Form(result.xform)
        if codes is None:
            skip = {"age", "source", "result", "counts_as_child", "assessment", "meta", "instanceID"}
            prefixes = ("yes_", "reach_", "state_", "note_", "topic_", "result_")
            names = [bind["nodeset"].rsplit("/", 1)[-1] for bind in form.binds]
            codes = [name for name in names if name not in skip and not name.startswith(prefixes)]
            assert len(codes) > 10, (instrument, codes)
        share = generator.random()
        answers = {
            code: generator.choice(["yes", "no", "unknown", "not_asked"])
            for code in codes if generator.random() < share
        }
        age = generator.choice(["doubt", "0", "17", "18", "40"])
        form.fill(answers if age == "doubt" else answers | {"age": age})
        forms.append(form)
        fillings.append((age if age == "doubt" else int(age), answers))
    reports = screen(instrument, fillings)
    assert len(reports) == ROUNDS, (instrument, len(reports))
    for round, (form, report) in enumerate(zip(forms, reports)):
        where = f"{instrument} seed {SEED} round {round}"
        yes = {code for code in codes if form.value(code) == "yes"}
        assert yes == set(report["observed"]), (where, yes ^ set(report["observed"]))
        if "refusal" in report:
            assert form.value("assessment") is None, where
        else:
            assert form.value("assessment") == report["assessment"], where
            for dimension in report["dimensions"]:
                assert form.value("state_" + dimension["code"]) == dimension["state"], (where, dimension["code"])


def main():
    instruments = sorted(path.name for path in Path("Packs/ecuador/instruments").iterdir() if path.is_dir())
    generator = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for instrument in instruments:
            check(instrument, generator, folder)
            print(f"{instrument}: converted without warnings, {ROUNDS} fillings with the same verdict")


if __name__ == "__main__":
    sys.exit(main())
