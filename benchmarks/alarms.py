"""Studies of false alarms in three corpora: well-known classes with all rules on, every finding of a sample read.

    python -m benchmarks.alarms                        # runs the study, prints the table of what was found and read
    python -m benchmarks.alarms airflow --show         # one corpus; each finding of the sample with the code around it
    python -m benchmarks.alarms --unread               # only those of the sample that have no verdict yet

There are two. The first, `classes`, declares nothing that would make code wrong that its authors hold to be right. The
second, `uses` (`alarms_uses.py`), declares what the first leaves out: lifetimes, factories, arguments, events,
interfaces, bridges. Each has its own sample and its own table.

The configurations are such as the teams could have written: what is retired or removed is what the source of this very
version, or its changelog, says. They are written into the trees as `ssot-alarms-*.toml`, beside the configuration that
other benchmarks use. At most `LIMIT` findings are read: rules with few whole, the rest share what is left evenly, and
of one rule those that lie evenly spread over the corpora and their files.

`alarms.json` holds the verdicts of the reading ("true", "false" or "debatable", and a word why), keyed by tree,
rule, path and fingerprint, so that the table can be made again and anybody can check the reading.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import alarms_uses
from benchmarks.corpora import default_tree
from ssot_lint.rules.registry import rules

HERE = Path(__file__).resolve().parent
VERDICTS = HERE / "alarms.json"
LIMIT = 300

_COMMON = """\
# Written by benchmarks/alarms.py.
src = ["."]
exclude = {exclude}

[missing-import]
scope = "{scope}"

[unreadable-file]
scope = "{scope}"

[severity]
{severities}
"""


class Study(NamedTuple):
    """A corpus with truths: its tree, its tables, which imports are held against it, what is left out, its study."""

    tree: str
    tables: str
    scope: str = "all"
    exclude: Sequence[str] = ()
    part: str = "classes"


HOME_ASSISTANT = """
[[truth]]
name = "home-assistant"
canonical = "homeassistant.core:HomeAssistant"
retired = ["homeassistant.helpers.typing:HomeAssistantType"]   # "should not used"
removed = { components = "import the functions from the integration", async_track_tasks = "nothing takes its place" }
factories = [
    "homeassistant.bootstrap:async_setup_hass",
    "homeassistant.scripts.auth:run_command",
    "homeassistant.scripts.benchmark:run_benchmark",
    "homeassistant.scripts.check_config:async_check_config",
    "homeassistant.scripts.ensure_config:async_run",
]
[truth.duplicates]
names = ["HomeAssistant"]

[[truth]]
name = "entity"
canonical = "homeassistant.helpers.entity:Entity"
removed = { device_state_attributes = "use extra_state_attributes" }   # since 2021.12
[truth.duplicates]
names = ["Entity"]

[[truth]]
name = "config-entry"
canonical = "homeassistant.config_entries:ConfigEntry"
retired = ["homeassistant.config_entries:DISABLED_USER"]   # "is deprecated, to be removed in 2022.3"
removed = { connection_class = "not used any more since 2021.6", system_options = "use pref_disable_new_entities" }
factories = ["homeassistant.config_entries:ConfigEntries", "homeassistant.config_entries:ConfigEntriesFlowManager"]
[truth.duplicates]
names = ["ConfigEntry"]

[[truth]]
name = "coordinator"
canonical = "homeassistant.helpers.update_coordinator:DataUpdateCoordinator"
required-arguments = ["name"]
[truth.duplicates]
names = ["DataUpdateCoordinator"]
"""

# A truth of its own kind, for `duplicate-constant`: the classes have nothing to say there.
CONSTANTS = """
[[truth]]
name = "unit-of-measurement"
canonical = "homeassistant.const:ATTR_UNIT_OF_MEASUREMENT"

[[truth]]
name = "state-changed"
canonical = "homeassistant.const:EVENT_STATE_CHANGED"
"""

AIRFLOW = """
[[truth]]
name = "base-operator"
canonical = "airflow.models.baseoperator:BaseOperator"
facades = ["airflow.models"]
retired = ["airflow.utils.decorators:apply_defaults"]   # "In current version, it is optional"
required-arguments = ["task_id"]
[truth.duplicates]
names = ["BaseOperator"]

[[truth]]
name = "base-hook"
canonical = "airflow.hooks.base:BaseHook"
retired = ["airflow.hooks.base_hook"]   # "This module is deprecated. Please use `airflow.hooks.base`."
removed = { get_connections = "use get_connection" }   # "will be deprecated in the future"
[truth.duplicates]
names = ["BaseHook"]

[[truth]]
name = "dag-bag"
canonical = "airflow.models.dagbag:DagBag"
facades = ["airflow.models"]
removed = { store_serialized_dags = "use read_dags_from_db" }   # "has been deprecated"
[truth.duplicates]
names = ["*DagBag"]
[[truth.inline]]   # "The store_serialized_dags parameter has been deprecated."
call = "__init__(dag_folder=None, include_examples=None, safe_mode=None, *, store_serialized_dags)"
with = "DagBag(dag_folder, include_examples, safe_mode=safe_mode, read_dags_from_db=store_serialized_dags)"
"""

ANSIBLE = """
[[truth]]
name = "ansible-module"
canonical = "ansible.module_utils.basic:AnsibleModule"
required-arguments = ["argument_spec"]
[truth.removed]   # in 2.11 all of this went into ArgumentSpecValidator and ansible.module_utils.common.parameters
_check_argument_types = "use ArgumentSpecValidator"
_check_arguments = "use ArgumentSpecValidator"
_check_required_if = "use check_required_if"
_check_type_dict = "use check_type_dict"
_count_terms = "use count_terms"
_handle_aliases = "use ArgumentSpecValidator"
_handle_options = "use ArgumentSpecValidator"
_set_defaults = "use ArgumentSpecValidator"
_set_fallbacks = "use ArgumentSpecValidator"
[truth.duplicates]
names = ["AnsibleModule"]

[[truth]]
name = "display"
canonical = "ansible.utils.display:Display"
[truth.duplicates]
names = ["Display"]

[[truth]]
name = "templar"
canonical = "ansible.template:Templar"
removed = { set_available_variables = "assign available_variables" }   # removed in 2.12
[truth.duplicates]
names = ["*Templar"]

[moved]   # "**Deprecated**: Use ... instead"
"ansible.module_utils.basic:get_platform" = "platform:system"
"ansible.module_utils.basic:get_all_subclasses" = "ansible.module_utils.common._utils:get_all_subclasses"
"""

# With every import of 250 MB held against the tree, each of its 13,000 files would be parsed: "all" is for a part only.
_PART_OF_ANSIBLE = ["ansible_collections/*", "!ansible_collections/ansible", "!ansible_collections/community",
                    "ansible_collections/community/*", "!ansible_collections/community/general"]
STUDY = {
    "airflow": Study("airflow", AIRFLOW),
    "ansible-part": Study("ansible-whole", ANSIBLE, exclude=_PART_OF_ANSIBLE),
    "ansible-whole": Study("ansible-whole", ANSIBLE, scope="concerned"),
    "homeassistant": Study("homeassistant", HOME_ASSISTANT),
    "homeassistant-constants": Study("homeassistant", CONSTANTS, scope="concerned"),
    "uses-airflow": Study("airflow", alarms_uses.AIRFLOW, "concerned", part="uses"),
    "uses-ansible": Study("ansible-whole", alarms_uses.ANSIBLE, "concerned", _PART_OF_ANSIBLE, "uses"),
    "uses-homeassistant": Study("homeassistant", alarms_uses.HOME_ASSISTANT, "concerned", part="uses"),
}


class Finding(NamedTuple):
    """A violation of the study, and which corpus it stands in."""

    rule: str
    corpus: str
    path: str
    line: int
    fingerprint: str
    message: str

    @property
    def key(self) -> str:
        """What it is called in `alarms.json`: no line number is in it."""
        return " ".join((STUDY[self.corpus].tree, self.rule, self.path, self.fingerprint))


class Verdict(NamedTuple):
    """What the reading of a finding came to."""

    verdict: str
    why: str


def configuration(corpus: str) -> str:
    """The study's configuration of a corpus, with every rule switched on."""
    severities = "\n".join(f'{rule.name} = "error"' for rule in sorted(rules().values(), key=lambda rule: rule.name))
    study = STUDY[corpus]
    return _COMMON.format(severities=severities, scope=study.scope, exclude=list(study.exclude)) + study.tables


def findings(corpus: str, reports: Path) -> list[Finding]:
    """Everything that `ssot-lint check` says about a corpus; a report that is there already is taken as it is."""
    report = reports / f"{corpus}.json"
    if not report.is_file():
        report.write_text(checked(corpus), encoding="utf-8")
    violations = json.loads(report.read_text(encoding="utf-8"))["violations"]
    return sorted(
        Finding(one["rule"], corpus, one["path"], one["line"], one["fingerprint"], one["message"]) for one in violations
    )


def checked(corpus: str) -> str:
    """The report on a corpus under the study's configuration."""
    tree = default_tree(STUDY[corpus].tree)
    if not tree.is_dir():
        raise SystemExit(f"{tree} is not there: run `python -m benchmarks.corpora {STUDY[corpus].tree}` first")
    name = f"ssot-alarms-{corpus}.toml"
    (tree / name).write_text(configuration(corpus), encoding="utf-8", newline="\n")
    command = [sys.executable, "-m", "ssot_lint", "check", ".", "--config", name, "--format", "json", "--exit-zero"]
    done = subprocess.run([*command, "--no-cache"], cwd=tree, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"`check` of {corpus} ended with {done.returncode}")
    return done.stdout


def sample(found: Sequence[Finding]) -> list[Finding]:
    """Those to be read: of each rule the same number at most, evenly spread, and no more than `LIMIT` in all."""
    counts = Counter(finding.rule for finding in found)
    share = max((n for n in range(1, LIMIT + 1) if sum(min(n, count) for count in counts.values()) <= LIMIT), default=1)
    chosen: list[Finding] = []
    for rule in sorted(counts):
        chosen += spread([finding for finding in found if finding.rule == rule], share)
    return chosen


def spread(found: Sequence[Finding], most: int) -> list[Finding]:
    """At most so many of them, at even distances."""
    if len(found) <= most:
        return list(found)
    return [found[index * len(found) // most] for index in range(most)]


def verdicts() -> Mapping[str, Verdict]:
    """What was read so far."""
    kept = json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.is_file() else {}
    return {key: Verdict(*value) for key, value in kept.items()}


def table(found: Sequence[Finding], read: Sequence[Finding], known: Mapping[str, Verdict]) -> Iterator[str]:
    """The findings by rule, as rows of Markdown; precision leaves out what is debatable."""
    yield "| rule | found | read | true | false | debatable | precision |"
    yield "| --- | --: | --: | --: | --: | --: | --: |"
    counts = Counter(finding.rule for finding in found)
    for rule in sorted(rules().values(), key=lambda rule: rule.code):
        said = Counter(known[one.key].verdict for one in read if one.rule == rule.name and one.key in known)
        settled = said["true"] + said["false"]
        precision = f"{said['true'] / settled:.3f}" if settled else ""
        figures = (counts[rule.name], sum(said.values()), said["true"], said["false"], said["debatable"], precision)
        yield " | ".join((f"| {rule.code} {rule.name}", *map(str, figures))) + " |"


def shown(finding: Finding, around: int = 2) -> str:
    """A finding with the lines around it, to be read."""
    path = default_tree(STUDY[finding.corpus].tree) / finding.path
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    numbers = range(max(finding.line - around, 1), min(finding.line + around, len(lines)) + 1)
    code = "\n".join(f"{number:6} {lines[number - 1]}" for number in numbers)
    return f"{finding.key}\n  {finding.path}:{finding.line}: {finding.message}\n{code}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the study; returns 0, or 1 where something of the sample is unread."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alarms", description="A study of false alarms.")
    parser.add_argument("names", nargs="*", metavar="CORPUS", help=f"of {', '.join(sorted(STUDY))} (default: all)")
    parser.add_argument("--show", action="store_true", help="print the sample with the code around each finding")
    parser.add_argument("--unread", action="store_true", help="print only those of the sample that nobody has read")
    parser.add_argument("--reports", type=Path, metavar="DIR", help="keep the reports there; use what is there")
    options = parser.parse_args(arguments)
    names = options.names or sorted(STUDY)
    known, unread = verdicts(), 0
    for part in sorted({STUDY[name].part for name in names}):
        with tempfile.TemporaryDirectory() as scratch:
            reports = options.reports or Path(scratch)
            reported = [one for name in names if STUDY[name].part == part for one in findings(name, reports)]
        unread += told(part, reported, known, options.show, options.unread)
    return 1 if unread else 0


def told(part: str, reported: Sequence[Finding], known: Mapping[str, Verdict], show: bool, show_unread: bool) -> int:
    """Prints what a study has come to; returns how many of its sample are unread."""
    found = sorted({finding.key: finding for finding in reported}.values())  # two configurations share a tree
    chosen = sample(found)
    unread = [finding for finding in chosen if finding.key not in known]
    for finding in (chosen if show else unread if show_unread else ()):
        print(shown(finding))
    print(f"{part}\n\n" + "\n".join(table(found, chosen, known)) + "\n")
    print(f"{part}: {len(found)} found, {len(chosen)} in the sample, {len(unread)} of them unread", file=sys.stderr)
    return len(unread)


if __name__ == "__main__":
    sys.exit(main())
