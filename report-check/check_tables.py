"""Hold the tables and spreadsheets of usage reports against each other, read by programs that are not ours.

Each CSV is validated against its metadata by the library csvw. LibreOffice opens each spreadsheet and writes it
as flat XML, from which each sheet is read back cell by cell and held against the CSV of the same name, and
against the rules of the guidance on accessible spreadsheets.

Usage: check_tables.py FOLDER...    prints each problem on a line, and fails if there is one.
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ET

from csvw import CSVW

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = (f"{{{ODF}{name}:1.0}}" for name in ("table", "office", "text"))
HREF = "{http://www.w3.org/1999/xlink}href"
DC = "{http://purl.org/dc/elements/1.1/}"


def main(folders):
    problems = []
    with tempfile.TemporaryDirectory() as work:
        spreadsheets = open_spreadsheets(folders, pathlib.Path(work))
        for folder in folders:
            found = check_csv(folder)
            for path in spreadsheet_files(folder):
                found += check_spreadsheet(folder, path, spreadsheets.get(path))
            if not spreadsheet_files(folder):
                found.append("there is no spreadsheet")
            problems += [f"{folder}: {problem}" for problem in found]
    for problem in problems:
        print(problem)
    print(f"tables and spreadsheets of {len(folders)} reports: {len(problems)} problems")
    return 1 if problems else 0


def spreadsheet_files(folder):
    return sorted(folder.glob("usage-report.*"))


def open_spreadsheets(folders, work):
    """The root element of each spreadsheet as LibreOffice has read it; one start of LibreOffice for all."""
    copies = {}
    for folder in folders:
        for path in spreadsheet_files(folder):
            copy = work / f"{len(copies)}{path.suffix}"
            shutil.copyfile(path, copy)
            copies[path] = copy
    command = ["soffice", f"-env:UserInstallation=file://{work}/profile", "--headless", "--convert-to", "fods", "--outdir", work]
    subprocess.run([*command, *copies.values()], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)
    read = {path: copy.with_suffix(".fods") for path, copy in copies.items()}
    return {path: ET.parse(flat).getroot() for path, flat in read.items() if flat.exists()}


def check_csv(folder):
    problems = []
    described = set()
    for path in sorted(folder.rglob("*-metadata.json")):
        name = path.relative_to(folder)
        described.add(str(path).removesuffix("-metadata.json"))
        try:
            table = CSVW(str(path), validate=True)
            if not table.is_valid:
                problems += [f"{name}: {warning.message}" for warning in table.warnings]
        except Exception as error:  # the library raises what it meets
            problems.append(f"{name}: {type(error).__name__}: {error}")
    for path in sorted(folder.rglob("*.csv")):
        if str(path) not in described:
            problems.append(f"{path.relative_to(folder)}: it has no metadata")
        if path.read_bytes().startswith(b"\xef\xbb\xbf"):
            problems.append(f"{path.relative_to(folder)}: it starts with a byte order mark")
    if not described:
        problems.append("there is no table")
    return problems


class Cell:
    """One cell: its type, its value, where it leads and whether it spans others."""

    def __init__(self, element):
        self.kind = element.get(OFFICE + "value-type")
        self.text = "\n".join("".join(p.itertext()) for p in element.findall(TEXT + "p"))
        self.value = element.get(OFFICE + "value") or element.get(OFFICE + "date-value") or self.text
        link = element.find(f".//{TEXT}a")
        self.link = None if link is None else link.get(HREF)
        self.is_merged = element.tag == TABLE + "covered-table-cell" or any(
            int(element.get(TABLE + name, "1")) > 1 for name in ("number-columns-spanned", "number-rows-spanned"))

    def __str__(self):
        return f"{self.value!r} ({self.kind})"


def rows_of(sheet):
    """The rows of cells down to the last that has a value; what LibreOffice repeats is written out."""
    rows = []
    for row in sheet.iter(TABLE + "table-row"):
        cells = []
        for element in row:
            if element.tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                times = int(element.get(TABLE + "number-columns-repeated", "1"))
                cell = Cell(element)
                cells += [cell] * (times if cell.kind or times < 100 else 0)
        while cells and not cells[-1].kind and not cells[-1].is_merged:
            cells.pop()
        times = int(row.get(TABLE + "number-rows-repeated", "1"))
        rows += [cells] * (times if cells or times < 100 else 0)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def check_spreadsheet(folder, path, root):
    if root is None:
        return [f"{path.name}: LibreOffice does not open it"]
    sheets = {sheet.get(TABLE + "name"): sheet for sheet in root.iter(TABLE + "table")}
    ranges = {r.get(TABLE + "target-range-address").split(".")[0].strip("'"): r for r in root.iter(TABLE + "database-range")}
    names = list(sheets)
    problems = []
    if names[:2] != ["Cover_sheet", "Table_of_contents"]:
        problems.append(f"it starts with the sheets {names[:2]}")
    for element, label in ((DC + "title", "title"), (DC + "language", "language")):
        if not "".join(e.text or "" for e in root.iter(element)):
            problems.append(f"the document has no {label}")
    tables = {file.stem: file for file in sorted(folder.glob("tables/*.csv")) if pathlib.Path(f"{file}-metadata.json").exists()}
    for name in tables:
        if name not in sheets:
            problems.append(f"table {name} has no sheet")
    listed = [row[0].text for row in rows_of(sheets.get("Table_of_contents", ET.Element("none")))]
    for name in names[2:]:
        if name not in listed:
            problems.append(f"the table of contents lacks {name}")
    for name, sheet in sheets.items():
        rows = rows_of(sheet)
        found = check_cells(rows)
        if not found and name not in ("Cover_sheet",):
            found = check_range(rows, ranges.get(name), path.suffix)
        if not found and name in tables:
            found = check_values(rows, tables[name])
        problems += [f"sheet {name}: {problem}" for problem in found]
    return [f"{path.name}: {problem}" for problem in problems]


def top_of(rows):
    """The place of the header row: lines above it have one cell alone, and it follows the last of them."""
    top = 0
    while top + 1 < len(rows) and len(rows[top]) == 1:
        top += 1
    return top


def check_cells(rows):
    if not rows:
        return ["it is empty"]
    problems = []
    width = len(rows[top_of(rows)])
    for r, row in enumerate(rows, 1):
        if any(cell.is_merged for cell in row):
            problems.append(f"row {r} has merged cells")
        elif not row or any(not cell.text.strip() for cell in row):
            problems.append(f"row {r} has an empty cell")
        elif r > top_of(rows) and len(row) != width:
            problems.append(f"row {r} has {len(row)} cells and the header {width}")
    header = [cell.text for cell in rows[top_of(rows)]]
    if len(set(header)) != len(header):
        problems.append(f"two columns have one heading: {header}")
    return problems


def check_range(rows, found, suffix):
    top = top_of(rows)
    if suffix == ".xlsx" and len(rows) == top + 1:
        return []  # a table of Excel's has a row at least
    if found is None:
        return ["no named range marks its table"]
    if found.get(TABLE + "name", "").startswith("__"):
        return ["its table has no name"]
    start, end = found.get(TABLE + "target-range-address").replace("$", "").split(":")
    want = [f"A{top + 1}", f"{letters(len(rows[top]))}{len(rows)}"]
    got = [start.split(".")[-1], end.split(".")[-1]]
    return [] if got == want else [f"its named range is {got}, and the table is at {want}"]


def letters(n):
    text = ""
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def check_values(rows, path):
    top = top_of(rows)
    with path.open(encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file)
    columns = json.loads(pathlib.Path(f"{path}-metadata.json").read_text())["tableSchema"]["columns"]
    if len(records) != len(rows) - top - 1:
        return [f"{len(rows) - top - 1} rows, and {len(records)} in the CSV"]
    has_marks = any(record[-1] for record in records)
    if len(rows[top]) != len(header) - (0 if has_marks else 1):
        return [f"{len(rows[top])} columns, and {len(header)} in the CSV"]
    problems = []
    for c, column in enumerate(columns[:-1]):
        if not rows[top][c].text.startswith(" ".join(column["titles"][1].split())):
            problems.append(f"the heading {rows[top][c].text!r} is not {column['titles'][1]!r}")
    for r, record in enumerate(records):
        marks = dict(part.split(" ", 1) for part in record[-1].split("; ") if part)
        for c, column in enumerate(columns[:-1]):
            cell = rows[top + 1 + r][c]
            if not agrees(cell, column["datatype"], record[c], marks.get(column["name"])):
                problems.append(f"row {top + 2 + r}, {column['name']}: {cell}, and {record[c]!r} in the CSV")
        if has_marks and rows[top + 1 + r][-1].text != (record[-1] or "none"):
            problems.append(f"row {top + 2 + r}: marks {rows[top + 1 + r][-1].text!r}, and {record[-1]!r} in the CSV")
    return problems


def agrees(cell, datatype, text, marks):
    """Whether a cell has the value and the type that the CSV's text stands for."""
    if text == "":
        return cell.kind == "string" and cell.text == (marks or "[x]")
    if datatype == "string":
        return cell.kind == "string" and cell.text in (text, text.removeprefix("'"))
    if datatype == "anyURI":
        is_link = text.startswith(("http://", "https://"))
        return cell.text == text and (not is_link or cell.link == text)
    if datatype == "boolean":
        return cell.text == {"true": "Yes", "false": "No"}.get(text)
    if datatype == "date":
        return cell.kind == "date" and cell.value[:10] == text
    kind = "percentage" if isinstance(datatype, dict) else "float"
    try:
        return cell.kind == kind and abs(float(cell.value) - float(text)) <= 1e-12 * max(1, abs(float(text)))
    except ValueError:
        return False


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    sys.exit(main([pathlib.Path(name) for name in sys.argv[1:]]))
