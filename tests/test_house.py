"""The house rules, kept by tests: the reasons stand in docs/STYLE.md and docs/ARCHITECTURE.md."""

import ast
import graphlib
import io
import re
import statistics
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "acquit"

CODE_LINES_MAX = {"function": 50, "file": 400}
TEMPLATE_LINES_MAX = 120
SUMMARY_MAX = 110  # a method’s summary and its quotes on one line of 120 characters
BANNED = {"status", "process", "handle", "manager", "service", "utils", "data"}

# Exceptions, each with its reason. An entry that is no longer needed fails a test below.
LONG_FILES: dict[str, str] = {}
IMPORTS_WITHIN = {
    "acquit/parties/apps.py": "Django loads models after the app's configuration, which may not import them before",
}
TRANSACTIONS_ELSEWHERE: dict[str, str] = {}
FLOATS = {"acquit/rules/tables.py": "a spreadsheet gives its cells as floats; they are told apart to be made exact"}

EDGE = {"web", "worker", "serve", "shell", "demo", "clock", "archive", "__main__"}
"""Where the clock is read, and words go to the terminal."""

CLOCKS = {
    "date.today", "datetime.today", "datetime.now", "datetime.utcnow", "timezone.now", "timezone.localdate",
    "timezone.localtime", "time.time", "functions.Now",
}  # fmt: skip


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def floor(path: Path) -> str:
    """The package or module right under acquit/ that a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def is_part(path: Path, name: str) -> bool:
    """Whether a file is `name.py` of an app, or lies in a folder `name/` of it."""
    return path.stem == name or path.parent.name == name


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=place(path))


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (child for child in ast.walk(node) if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def dotted(node: ast.AST) -> str:
    """`date.today` of `datetime.date.today`: the last two names are what tells."""
    match node:
        case ast.Attribute(value=ast.Attribute(attr=owner) | ast.Name(id=owner), attr=name):
            return f"{owner}.{name}"
        case _:
            return ""


@cache
def code_lines(path: Path) -> frozenset[int]:
    """Numbers of the lines that hold code: no blank lines, comments or docstrings."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type not in blank:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree(path)):
        match node:
            case ast.Expr(value=ast.Constant(value=str()), lineno=first, end_lineno=last):
                lines.difference_update(range(first, (last or first) + 1))
    return frozenset(lines)


def length(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return sum(function.lineno <= line <= (function.end_lineno or 0) for line in code_lines(path))


def found(path: Path, nodes: Iterator[ast.AST]) -> list[str]:
    """What breaks a rule, as file and line that an editor can open."""
    return [f"{place(path)}:{getattr(node, 'lineno', 1)}" for node in nodes]


def expect_none(lines: list[str]) -> None:
    """All of them at once, one a line."""
    __tracebackhide__ = True
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def expect_listed(path: Path, lines: list[str], exceptions: dict[str, str]) -> None:
    """Nothing, or an exception with its reason; and no exception without need."""
    __tracebackhide__ = True
    if place(path) not in exceptions:
        expect_none(lines)
    elif not lines:
        pytest.fail(f"{place(path)} no longer needs its exception", pytrace=False)


SOURCES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
BELOW = [path for path in SOURCES if floor(path) not in EDGE | {"settings", "environment"}]
PURE = [path for path in SOURCES if floor(path) in {"law", "rules"}]
EXPLAINED = [path for path in SOURCES if path in PURE or is_part(path, "queries") or is_part(path, "actions")]
TEMPLATES = sorted(HOUSE.rglob("*.html"))
# A message in HTML carries its style in its tags, because mail programs drop everything else.
SCREENS = [path for path in TEMPLATES if floor(path) == "web"]
WRITTEN = sorted(
    path
    for folder, kinds in {
        "acquit": "py html js css",
        "bin": "",
        "tests": "py",
        "docs": "md",
        "benchmarks": "py",
    }.items()
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and (not kinds or path.suffix[1:] in kinds.split()) and "vendor" not in path.parts
)

each_source = pytest.mark.parametrize("path", SOURCES, ids=place)
each_below = pytest.mark.parametrize("path", BELOW, ids=place)


# --- which way things flow


def test_each_floor_knows_only_the_floors_below(capsys):
    code = lint_imports(no_cache=True)

    assert code == 0, capsys.readouterr().out


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("acquit", cache_dir=None)
    sorter = graphlib.TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})

    sorter.prepare()  # raises CycleError, which names the circle


@each_source
def test_imports_stand_at_the_top_of_the_file(path):
    hidden = (node for function in functions(tree(path)) for node in ast.walk(function))

    lines = found(path, (node for node in hidden if isinstance(node, ast.Import | ast.ImportFrom)))
    expect_listed(path, lines, IMPORTS_WITHIN)


# --- today is an argument, a transaction stands in an action


@each_below
def test_no_clock_is_read_below_the_edge(path):
    def reads_clock(node: ast.AST) -> bool:
        match node:
            case ast.keyword(arg=name):
                return name in {"auto_now", "auto_now_add"}
            case ast.ImportFrom(module=str(module), names=names):
                return any(f"{module.rpartition('.')[2]}.{name.name}" in CLOCKS for name in names)
        return dotted(node) in CLOCKS

    expect_none(found(path, filter(reads_clock, ast.walk(tree(path)))))


@each_source
def test_transactions_are_opened_by_actions_alone(path):
    def opens(node: ast.AST) -> bool:
        imported = isinstance(node, ast.ImportFrom) and node.module == "django.db.transaction"
        return dotted(node) == "transaction.atomic" or imported

    lines = found(path, filter(opens, ast.walk(tree(path))))
    if not is_part(path, "actions"):
        expect_listed(path, lines, TRANSACTIONS_ELSEWHERE)


@pytest.mark.parametrize("path", PURE, ids=place)
def test_money_and_rates_are_never_floats(path):
    def floats(node: ast.AST) -> bool:
        return (isinstance(node, ast.Constant) and isinstance(node.value, float)) or (
            isinstance(node, ast.Name) and node.id == "float"
        )

    expect_listed(path, found(path, filter(floats, ast.walk(tree(path)))), FLOATS)


@each_source
def test_words_for_the_terminal_come_from_the_edge(path):
    def prints(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"

    if floor(path) not in EDGE - {"web"}:
        expect_none(found(path, filter(prints, ast.walk(tree(path)))))


# --- small pieces


@each_source
def test_no_function_is_longer_than_a_screen(path):
    longest = CODE_LINES_MAX["function"]

    expect_none(found(path, (f for f in functions(tree(path)) if length(path, f) > longest)))


def test_most_functions_are_short():
    lengths = [length(path, function) for path in SOURCES for function in functions(tree(path))]

    assert statistics.quantiles(lengths, n=10)[-1] <= 25
    assert statistics.median(lengths) <= 8


@each_source
def test_a_file_answers_one_question(path):
    lines = len(code_lines(path))

    expect_listed(path, [f"{place(path)}: {lines} lines of code"] * (lines > CODE_LINES_MAX["file"]), LONG_FILES)


# --- what a reader finds


@each_source
def test_the_first_line_of_a_file_says_what_it_is_about(path):
    lines = (ast.get_docstring(tree(path)) or "").splitlines()

    assert (lines and lines[0].endswith((".", "?", ".)", "?)"))) or not code_lines(path)


@pytest.mark.parametrize("path", EXPLAINED, ids=place)
def test_law_rules_queries_and_actions_are_explained(path):
    public = [
        node
        for scope in [tree(path), *(n for n in tree(path).body if isinstance(n, ast.ClassDef))]
        for node in scope.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    summaries = {node: (ast.get_docstring(node) or "").partition("\n")[0] for node in public}

    expect_none(found(path, (node for node, line in summaries.items() if not 0 < len(line) <= SUMMARY_MAX)))


@each_source
def test_names_are_words_of_the_trade(path):
    def names(node: ast.AST) -> list[str]:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                # Django calls its commands by `handle`.
                return [] if name == "handle" and "commands" in path.parts else [name]
            case ast.ClassDef(name=name, body=body):
                fields = [line.targets[0] for line in body if isinstance(line, ast.Assign)]
                fields += [line.target for line in body if isinstance(line, ast.AnnAssign)]
                return [name.lower(), *(field.id for field in fields if isinstance(field, ast.Name))]
            case ast.arg(arg=name):
                return [name]
        return []

    lines = [
        f"{place(path)}:{node.lineno}: {name}"
        for node in ast.walk(tree(path))
        for name in names(node)
        if name in BANNED
    ]
    expect_none(lines + [f"{place(path)}: the file itself"] * (path.stem in BANNED))


@pytest.mark.parametrize("path", WRITTEN, ids=place)
def test_nothing_is_left_for_later(path):
    promises = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")

    lines = path.read_text("utf-8").splitlines()
    expect_none([f"{place(path)}:{n}" for n, line in enumerate(lines, 1) if promises.search(line)])


# --- screens


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_a_template_fits_on_few_screens(path):
    assert len(path.read_text("utf-8").splitlines()) <= TEMPLATE_LINES_MAX


@pytest.mark.parametrize("path", SCREENS, ids=place)
def test_screens_hold_no_script_and_no_style(path):
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\s(style|on\w+|hx-on[:\w-]*)\s*=|javascript:", re.IGNORECASE)

    text = path.read_text("utf-8")
    expect_none([f"{place(path)}:{text.count(chr(10), 0, hit.start()) + 1}" for hit in inline.finditer(text)])


# --- packages, version, documents


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_hold_what_the_project_asks_for(lock):
    wanted = list(project()["dependencies"])
    if lock == "requirements-dev.lock":
        wanted += project()["optional-dependencies"]["dev"]
    text = (ROOT / lock).read_text("utf-8")
    pins = [re.sub(r"\[.*?\]", "", line) for line in wanted]

    expect_none([pin for pin in pins if not re.search(rf"^{re.escape(pin)}(==| \\)", text, re.MULTILINE)])
    assert "://" not in text  # a lock that names a host installs from nowhere else


def test_every_package_we_run_on_has_its_reason():
    reasons = (ROOT / "docs/DECISIONS.md").read_text("utf-8").lower()
    names = [re.split(r"[\[=<>]", line)[0] for line in project()["dependencies"]]

    expect_none([name for name in names if f"`{name}`" not in reasons])


def test_every_table_is_on_the_map():
    architecture = (ROOT / "docs/ARCHITECTURE.md").read_text("utf-8")
    tables = [model.__name__ for model in apps.get_models() if model.__module__.startswith("acquit.")]

    expect_none([name for name in tables if f"`{name}`" not in architecture])


def test_the_changelog_starts_with_the_version():
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert re.fullmatch(r"\d+\.\d+\.\d+", headings[0])


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=place)
def test_links_in_documents_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    near = [target for target in targets if not re.match(r"[a-z]+:", target) and not target.startswith("/")]

    expect_none([f"{place(path)}: {target}" for target in near if not (path.parent / target).exists()])
