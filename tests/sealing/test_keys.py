"""The log's keys: made once, readable to their owner alone, never lost by a rotation."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from luoshi.ledger.note import parse_vkey
from luoshi.sealing.errors import SealingError
from luoshi.sealing.keys import add_key, make_keys, read_keys, retire_key

ORIGIN = "ledger.yunxi.example/log"


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "ledger.key"
    keys = make_keys(path, ORIGIN)
    assert read_keys(path) == read_keys(path, ORIGIN) == keys
    assert (keys.origin, len(keys.signers), keys.retired) == (ORIGIN, 1, ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(SealingError, match="key_there"):
        make_keys(path, ORIGIN)
    assert path.read_bytes() == before and [item.name for item in path.parent.iterdir()] == ["ledger.key"]
    assert make_keys(tmp_path / "other", ORIGIN).signers != keys.signers
    assert parse_vkey(keys.verifiers[0].vkey) == keys.verifiers[0]


def test_a_key_is_added_and_retired(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    first = make_keys(path, ORIGIN)
    both = add_key(path, first)
    assert read_keys(path) == both and both.signers[0] == first.signers[0] and len(both.signers) == 2
    after = retire_key(path, both, first.verifiers[0].vkey)
    assert read_keys(path) == after
    assert after.signers == both.signers[1:] and after.retired == first.verifiers
    assert first.signers[0].skey.encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(SealingError, match="key_unknown"):
        retire_key(path, after, first.verifiers[0].vkey)
    with pytest.raises(SealingError, match="key_last"):
        retire_key(path, after, after.verifiers[0].key_id.hex())
    assert read_keys(path) == after


@pytest.mark.parametrize("text", ["", "x\n", "PRIVATE+KEY+x\n", "{vkey}\n", "{skey}\nelse.example+00000000+AQ==\n"])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.key"
    keys = make_keys(path, ORIGIN)
    path.write_text(text.format(vkey=keys.verifiers[0].vkey, skey=keys.signers[0].skey))
    with pytest.raises(SealingError, match="key_bad") as caught:
        read_keys(path)
    assert keys.signers[0].skey not in repr(caught.value)


def test_what_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    with pytest.raises(SealingError, match="key_missing"):
        read_keys(path)
    with pytest.raises(SealingError, match="origin_bad"):
        make_keys(path, "two words")
    make_keys(path, ORIGIN)
    with pytest.raises(SealingError, match="key_origin"):
        read_keys(path, "else.example")
    path.chmod(0o640)
    with pytest.raises(SealingError, match="key_open"):
        read_keys(path)
    with pytest.raises(SealingError, match="key_unreadable"):
        read_keys(tmp_path)
