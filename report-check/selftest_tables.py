"""Break each thing that check_tables.py checks, once, and see that it says so.

Usage: selftest_tables.py FOLDER    FOLDER is a report with a workbook; a copy of it is broken, not itself.
"""

import contextlib
import io
import pathlib
import re
import shutil
import sys
import tempfile
import warnings
import zipfile

import check_tables

ODS, XLSX = "usage-report.ods", "usage-report.xlsx"


def in_file(name, old, new):
    """Replace the first text that the pattern fits in a file of the report."""
    def break_it(folder):
        path = folder / name
        path.write_bytes(replaced(name, path.read_bytes(), old, new))
    return break_it


def in_zip(name, part, old, new):
    """The same in a part of a spreadsheet."""
    def break_it(folder):
        path = folder / name
        with zipfile.ZipFile(path) as file:
            parts = {info.filename: file.read(info) for info in file.infolist()}
        parts[part] = replaced(part, parts[part], old, new)
        with zipfile.ZipFile(path, "w") as file:
            for filename, content in parts.items():
                file.writestr(filename, content)
    return break_it


def in_workbook(old, new):
    """The same in the first sheet of the workbook that has such a text."""
    def break_it(folder):
        with zipfile.ZipFile(folder / XLSX) as file:
            parts = {name: file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/sheet")}
        in_zip(XLSX, next(name for name, text in parts.items() if re.search(old, text)), old, new)(folder)
    return break_it


def replaced(name, content, old, new):
    text, n = re.subn(old, new, content.decode(), count=1, flags=re.DOTALL)
    if n == 0:
        sys.exit(f"selftest: {name} has nothing like {old!r}")
    return text.encode()


def remove(name):
    return lambda folder: (folder / name).unlink()


STATUS = "tables/02_status.csv"
CONTENT = "content.xml"
SHEET = r'(<table:table table:name="02_status">.*?)'  # what follows it is in this sheet
VALUES = SHEET + r"(</table:table-header-rows>.*?)"  # and below its headings

BREAKS = {
    # The CSV and its metadata.
    "another header": (in_file(STATUS, "^[^,]*", "another"), "02_status.csv-metadata.json: "),
    "a text where a number belongs": (in_file(STATUS, r"\n([^,]*),\d+,", r"\n\1,many,"), "02_status.csv-metadata.json: "),
    "a share over 1": (in_file(STATUS, r"(\n[^\r]*),0\.\d+", r"\1,1.5"), "02_status.csv-metadata.json: "),
    "a row twice": (in_file(STATUS, r"\n([^\n]*\n)", r"\n\1\1"), "duplicate primary key"),
    "a column more": (in_file(STATUS, r"\n", r"\n1,2,3,4,"), "02_status.csv-metadata.json: "),
    "no metadata": (remove(STATUS + "-metadata.json"), "02_status.csv: it has no metadata"),
    "a byte order mark": (in_file(STATUS, "^", "\ufeff"), "starts with a byte order mark"),
    # The spreadsheet.
    "a file that is no spreadsheet": (in_zip(ODS, CONTENT, "^.*$", "<"), "LibreOffice does not open it"),
    "another number": (in_zip(ODS, CONTENT, VALUES + r'office:value="\d+"', r'\1\2office:value="987654"'), "987654"),
    "a number as text": (in_zip(ODS, CONTENT, VALUES + r'office:value-type="float" office:value="\d+"',
                                r'\1\2office:value-type="string"'), "(string), and"),
    "another text": (in_zip(ODS, CONTENT, VALUES + "<text:p>[^<]*", r"\1\2<text:p>another"), "'another' (string), and"),
    "an empty cell": (in_zip(ODS, CONTENT, VALUES + r"<table:table-cell [^>]*>.*?</table:table-cell>",
                             r"\1\2<table:table-cell/>"), "has an empty cell"),
    "merged cells": (in_zip(ODS, CONTENT, VALUES + "<table:table-cell ",
                            r'\1\2<table:table-cell table:number-columns-spanned="2" '), "has merged cells"),
    "two headings alike": (in_zip(ODS, CONTENT, SHEET + r"<table:table-header-rows>(<table:table-row[^>]*>)(<table:table-cell.*?</table:table-cell>)"
                                  r"<table:table-cell.*?</table:table-cell>", r"\1<table:table-header-rows>\2\3\3"), "two columns have one heading"),
    "a row less": (in_zip(ODS, CONTENT, VALUES + "<table:table-row .*?</table:table-row>", r"\1\2"), "02_status"),
    "no named range": (in_zip(ODS, CONTENT, '<table:database-range table:name="table_02_status"[^>]*/>', ""), "no named range marks its table"),
    "a range too short": (in_zip(ODS, CONTENT, r"('02_status'\.[A-Z]+)(\d+)(\" table:contains)", r"\1\g<2>9\3"), "its named range is"),
    "another first sheet": (in_zip(ODS, CONTENT, 'table:name="Cover_sheet"', 'table:name="Cover"'), "it starts with the sheets"),
    "another sheet's name": (in_zip(ODS, CONTENT, '<table:table table:name="02_status"', '<table:table table:name="status"'), "table 02_status has no sheet"),
    "contents that lack a sheet": (in_zip(ODS, CONTENT, "<text:p>02_status</text:p>", "<text:p>02</text:p>"), "the table of contents lacks 02_status"),
    "a document without title": (in_zip(ODS, "meta.xml", "<dc:title>.*?</dc:title>", ""), "the document has no title"),
    "another link": (in_zip(ODS, CONTENT, r'href="https?://[^"]*">(https?://)', r'href="https://example.net/">\1'), "in the CSV"),
    "another number in the workbook": (in_workbook(r"<v>0\.\d+</v>", "<v>0.123</v>"), "usage-report.xlsx: sheet "),
    "no spreadsheet": (remove(ODS), "there is no spreadsheet"),
}


def main(report):
    with tempfile.TemporaryDirectory() as work:
        folders = {}
        for number, (name, (break_it, _)) in enumerate(BREAKS.items()):
            folder = pathlib.Path(work) / str(number)
            shutil.copytree(report, folder)
            if "workbook" not in name:
                (folder / XLSX).unlink()  # each spreadsheet takes LibreOffice half a second
            break_it(folder)
            folders[name] = folder
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            check_tables.main(list(folders.values()))
        missed = []
        for name, folder in folders.items():
            lines = [line for line in said.getvalue().splitlines() if line.startswith(f"{folder}: ")]
            if not any(BREAKS[name][1] in line for line in lines):
                missed.append(f"{name}: nothing says {BREAKS[name][1]!r}, but {lines[:3]}")
    for line in missed:
        print(f"selftest: {line}")
    print(f"tables and spreadsheets broken in {len(BREAKS)} ways: {len(BREAKS) - len(missed)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    sys.exit(main(pathlib.Path(sys.argv[1])))
