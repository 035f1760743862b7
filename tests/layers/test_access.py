"""Tokens: recognised, hashed at rest, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from layers.access import (
    Principal,
    Role,
    authenticate,
    create_token,
    list_tokens,
    revoke_token,
)
from lca.errors import InvalidInput, NotAuthenticated, NotFound
from lca.vocab import Sensitivity


@pytest.fixture
def token(store):
    return create_token(
        store, Role.EDITOR, Sensitivity.RESTRICTED, "Ana", store.now() + timedelta(days=1)
    )


def test_token_is_recognised_with_its_role_and_clearance(store, token):
    assert authenticate(store, token) == Principal("Ana", Role.EDITOR, Sensitivity.RESTRICTED)


@pytest.mark.parametrize("text", ["", "lca_", "lca_x", "é", "' OR 1=1 --"])
def test_other_texts_are_not(store, token, text):
    for wrong in (text, token + text + "x", token[:-1]):
        with pytest.raises(NotAuthenticated):
            authenticate(store, wrong)


def test_token_expires(store, token, clock):
    clock.tick(days=1, seconds=-1)
    authenticate(store, token)
    clock.tick(seconds=1)
    with pytest.raises(NotAuthenticated):
        authenticate(store, token)


def test_revoked_token_is_refused_at_once_and_stays_listed(store, token, clock):
    (info,) = list_tokens(store)
    revoke_token(store, info.id)
    with pytest.raises(NotAuthenticated):
        authenticate(store, token)
    first = list_tokens(store)[0].revoked_at
    assert first == clock()
    clock.tick(hours=1)
    revoke_token(store, info.id)
    assert list_tokens(store)[0].revoked_at == first
    for unknown in ("99", "9" * 30, "x", ""):
        with pytest.raises(NotFound):
            revoke_token(store, unknown)


def test_text_of_a_token_is_nowhere_in_the_store(store, token, tmp_path):
    assert len(token) > 40
    files = [file for file in (tmp_path / "store").rglob("*") if file.is_file()]
    assert any(b"editor" in file.read_bytes() for file in files)
    assert not [file for file in files if token[4:].encode() in file.read_bytes()]
    assert token not in str([info.as_json() for info in list_tokens(store)])


def test_tokens_differ_and_need_a_name_and_a_future(store, token):
    later = store.now() + timedelta(days=1)
    assert create_token(store, Role.VIEWER, Sensitivity.PUBLIC, "Ana", later) != token
    with pytest.raises(InvalidInput, match="nobody"):
        create_token(store, Role.VIEWER, Sensitivity.PUBLIC, " ", later)
    with pytest.raises(InvalidInput, match="expired"):
        create_token(store, Role.VIEWER, Sensitivity.PUBLIC, "Ana", store.now())


def test_roles_rise():
    assert [role.rank for role in Role] == [0, 1, 2, 3, 4]
    assert [role.value for role in Role] == ["viewer", "reporter", "editor", "approver", "admin"]
