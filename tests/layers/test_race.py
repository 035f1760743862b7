"""Publishers that meet: one wins, the others get the difference, and nothing is lost."""

from __future__ import annotations

from support.publisher import publish_at_the_signal
from support.rows import port, ports

from layers.store import Store
from lca.table import rows_of


def test_of_two_processes_one_wins_and_the_other_gets_the_difference(processes, tmp_path):
    folder = tmp_path / "store"
    with Store.open(folder) as store:
        draft = store.draft("ports", ports(port("a", name="old")), "Ana", "m")
        store.publish(draft.id, "Ana")
    barrier, results = processes.Barrier(2), processes.Queue()
    workers = [
        processes.Process(target=publish_at_the_signal, args=(folder, name, barrier, results))
        for name in ("Ben", "Eva")
    ]
    for worker in workers:
        worker.start()
    outcomes = [results.get(timeout=240) for _ in workers]
    for worker in workers:
        worker.join()
    (winner,) = [item for item in outcomes if item[1] is not None]
    (loser,) = [item for item in outcomes if item[1] is None]
    assert winner[1] == 2
    field = {"name": "name", "before": "old", "after": winner[0]}
    assert loser[2]["changed"] == [{"id": "a", "name": winner[0], "fields": [field]}]
    with Store.open(folder) as store:
        head = store.head("ports")
        assert (head.number, head.author) == (2, winner[0])
        assert rows_of(store.frame(head.version))[0]["name"] == winner[0]
        lost = [item.author for item in store.drafts("ports")]
        assert lost == [loser[0]]
