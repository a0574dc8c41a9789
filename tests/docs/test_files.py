"""Every routes.yaml that a document shows can be used as it stands."""

import re
from pathlib import Path

import pytest
import yaml

import collectors
from agent.config.load import read
from agent.notify import why_unbuildable
from tests.docs.pages import ROOT, Block, blocks

SHOWN = [block for block in blocks() if block.info == "yaml routes"]

SMALL = """
agreement: {system: Shop, functions: {checkout: {criticality: core}}}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
probes:
"""


def faults(text: str, folder: Path) -> list[str]:
    """What is wrong with the file; warnings are none."""
    _, found = read(text, folder / "routes.yaml", collectors.catalogue(), why_unbuildable, {})
    return [str(fault) for fault in found if not fault.is_warning]


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.place)
def test_every_file_shown_holds_no_fault(block: Block, tmp_path: Path) -> None:
    assert faults(whole(block), tmp_path) == []


def whole(block: Block) -> str:
    """The block, with the sections it leaves out taken from the first file that its page shows."""
    first = next(each for each in SHOWN if each.page == block.page)
    sections = re.findall(r"^\w+:.*?(?=^\w+:|\Z)", first.text, re.MULTILINE | re.DOTALL)
    own = set(re.findall(r"^(\w+):", block.text, re.MULTILINE))
    return block.text + "".join(section for section in sections if section.partition(":")[0] not in own)


def test_there_are_files_to_look_at() -> None:
    assert len(SHOWN) >= 8


@pytest.mark.parametrize("kind", sorted(collectors.catalogue()))
def test_every_kind_of_probe_has_an_example_without_fault(kind: str, tmp_path: Path) -> None:
    example = yaml.safe_load((ROOT / "tools/docs/examples.yaml").read_text())[kind]

    assert faults(SMALL + "".join(f"  {line}\n" for line in example.splitlines()), tmp_path) == []


@pytest.mark.parametrize("block", [each for each in blocks() if each.info == "yaml"], ids=lambda block: block.place)
def test_every_other_yaml_block_can_be_read(block: Block) -> None:
    assert yaml.safe_load(block.text) is not None
