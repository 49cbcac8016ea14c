"""Writes the configuration of each corpus into its tree: `ssot-lint.toml`, and the equals of ruff and import-linter.

    python -m benchmarks.policies [NAME ...]

Each policy is a migration that the project itself began, or announced in the source of this very version. The names are
such that their plain text stands in 5 to 10 % of the files, as in a project in the middle of a migration; Airflow's,
with over 300 modules retired at once, is the hard case.

What ruff bans is read from the finished `ssot-lint.toml`: everything retired, moved or gone, modules and single names
alike. A truth that retires nothing has no counterpart there: ruff cannot forbid a detour. import-linter knows modules
only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli

from benchmarks import airflow_policy
from benchmarks.corpora import default_tree

HOME_ASSISTANT = """\
# Written by benchmarks/policies.py.
src = ["."]
gone = [
    "homeassistant.backports",                       # "we can remove this backport. This file is kept for now"
    "homeassistant.helpers.typing:ServiceCallType",  # "should not used and are not present in the core code base"
]

[[truth]]
name = "entity-component"
canonical = "homeassistant.helpers.entity_component:EntityComponent"
removed = { async_register_legacy_entity_service = "use async_register_entity_service" }

[[truth]]
name = "restore-entity"
canonical = "homeassistant.helpers.restore_state:RestoreEntity"
duplicates = { names = ["Restore*Entity"] }

[[truth]]
name = "store"
canonical = "homeassistant.helpers.storage:Store"

[[truth]]
name = "track-state-change"
canonical = "homeassistant.helpers.event:async_track_state_change_event"
retired = ["homeassistant.helpers.event:async_track_state_change"]

[moved]
"homeassistant.backports.functools:cached_property" = "functools:cached_property"
"homeassistant.helpers.typing:EventType" = "homeassistant.core:Event"
"homeassistant.helpers.typing:HomeAssistantType" = "homeassistant.core:HomeAssistant"
"""

AWS = "ansible_collections.amazon.aws.plugins.module_utils"
NETCOMMON = "ansible_collections.ansible.netcommon.plugins.module_utils.network.common"
ANSIBLE_MOVES = f"""\
[[truth]]
name = "resource-module"
canonical = "{NETCOMMON}.rm_base.resource_module:ResourceModule"
retired = ["{NETCOMMON}.cfg.base:ConfigBase"]

[[truth]]
name = "aws-module"
canonical = "{AWS}.modules:AnsibleAWSModule"
retired = ["{AWS}.core:AnsibleAWSModule"]

[[truth]]
name = "aws-retry"
canonical = "{AWS}.retries:AWSRetry"
retired = ["{AWS}.ec2:AWSRetry"]

# "Used to live here, moved into ..."
[moved]
"{AWS}.core:is_boto3_error_code" = "{AWS}.botocore:is_boto3_error_code"
"{AWS}.ec2:boto3_conn" = "{AWS}.botocore:boto3_conn"
"{AWS}.ec2:compare_policies" = "{AWS}.policy:compare_policies"
"{AWS}.ec2:get_aws_connection_info" = "{AWS}.botocore:get_aws_connection_info"
"""

ANSIBLE = f"""\
# Written by benchmarks/policies.py.
src = ["."]
gone = [
    "ansible.module_utils.six:iteritems",  # Python 2 is no target any more
    "distutils",                           # gone with Python 3.12
]

{ANSIBLE_MOVES}"""

TO_FIX = "ssot-lint-fix.toml"
"""A second configuration, of what can be fixed alone."""

FIXABLE = {"ansible": f'# Written by benchmarks/policies.py.\nsrc = ["."]\n\n{ANSIBLE_MOVES}'}
POLICIES = {"homeassistant": HOME_ASSISTANT, "ansible": ANSIBLE}
ROOT_PACKAGES = {"airflow": "airflow", "homeassistant": "homeassistant", "ansible": "ansible_collections"}


class PolicyError(Exception):
    """A corpus cannot be configured; the message says why."""


def write(name: str, tree: Path) -> Mapping[str, str]:
    """Writes all configurations of a corpus into its tree.

    Returns:
        What each retired path is, "module" or "name", in the order of the configuration.

    Raises:
        PolicyError: the tree does not hold the corpus.
    """
    if not (tree / ROOT_PACKAGES[name]).is_dir():
        raise PolicyError(f"{tree} holds no {name}: run `python -m benchmarks.corpora {name}` first")
    if name == "airflow":
        text = airflow_policy.render(airflow_policy.derive(airflow_policy.Tree(tree)))
    else:
        text = POLICIES[name]
    paths = retired(tomli.loads(text))
    save(tree / "ssot-lint.toml", text)
    if name in FIXABLE:
        save(tree / TO_FIX, FIXABLE[name])
    save(tree / "ruff.toml", ruff(paths))
    save(tree / "importlinter.ini", import_linter(tree, ROOT_PACKAGES[name], paths))
    return {path: "name" if ":" in path else "module" for path in paths}


def retired(policy: Mapping[str, Any]) -> list[str]:
    """Everything that a configuration retires, as it is written there."""
    by_truths = [path for truth in policy.get("truth", ()) for path in truth.get("retired", ())]
    return [*policy.get("gone", ()), *by_truths, *policy.get("moved", ())]


def ruff(paths: Sequence[str]) -> str:
    """The equal configuration of ruff; the same files are looked at, what ruff leaves out by default included."""
    banned = (f"{json.dumps(path.replace(':', '.'))}.msg = \"is retired\"" for path in paths)
    select = ("exclude = []", "", "[lint]", 'select = ["TID251"]', "")
    return "\n".join([*select, "[lint.flake8-tidy-imports.banned-api]", *banned]) + "\n"


def import_linter(tree: Path, package: str, paths: Sequence[str]) -> str:
    """The nearest configuration of import-linter: the retired modules that exist, out of bounds for all others."""
    forbidden = [path for path in paths if ":" not in path and can_be_forbidden(tree, package, path)]
    sources = [name for name in children(tree, package) if not any(overlap(name, path) for path in forbidden)]
    lines = ["[importlinter]", f"root_package = {package}", "include_external_packages = True", ""]
    lines += ["[importlinter:contract:retired]", "name = Nothing imports what is retired", "type = forbidden"]
    lines += ["allow_indirect_imports = True", "source_modules =", *(f"    {name}" for name in sources)]
    return "\n".join([*lines, "forbidden_modules =", *(f"    {path}" for path in forbidden)]) + "\n"


def can_be_forbidden(tree: Path, package: str, module: str) -> bool:
    """Whether import-linter takes a module: a top-level one outside, or one below the package that it finds there."""
    if not module.startswith(package + "."):
        return "." not in module
    place = tree.joinpath(*module.split("."))
    packages = [folder for folder in place.parents if tree in folder.parents]  # it finds nothing in namespace packages
    is_there = place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()
    return is_there and all((folder / "__init__.py").is_file() for folder in packages)


def children(tree: Path, package: str) -> Iterator[str]:
    """The modules and packages directly below a top-level package, as far as import-linter finds them."""
    regular = (tree / package / "__init__.py").is_file()  # it looks for namespace packages in those only
    for path in sorted((tree / package).iterdir()):
        found = path.suffix == ".py" or any(path.glob("__init__.py") if regular else path.rglob("*.py"))
        if path.stem.isidentifier() and path.stem != "__init__" and found:
            yield f"{package}.{path.stem}"


def overlap(one: str, other: str) -> bool:
    """Whether two modules are the same, or one holds the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def save(path: Path, text: str) -> None:
    """Writes a configuration, unless it stands there already: what depends on its time stamp stays valid."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the configurations; returns 0, or 2 where a tree is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description="Configure the corpora.")
    all_names = sorted(ROOT_PACKAGES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(all_names)} (default: all)")
    for name in parser.parse_args(arguments).names or all_names:
        try:
            kinds = list(write(name, default_tree(name)).values())
        except (KeyError, PolicyError) as error:
            print(error if isinstance(error, PolicyError) else f"there is no corpus {error}", file=sys.stderr)
            return 2
        print(f"{name}: {kinds.count('module')} modules and {kinds.count('name')} names retired")
    return 0


if __name__ == "__main__":
    sys.exit(main())
