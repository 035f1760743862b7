"""Parts of a bundle that no layer has written: each is refused with a clear error."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lca.errors import UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.parquetparts import unpack_parts


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        pytest.param(["geometry"], [[b""]], id="a geometry without bytes"),
        pytest.param(["geometry"], [[b"\x01"]], id="a geometry of one byte"),
        pytest.param(["geometry", "geometry"], [[b"a"], [b"b"]], id="two columns of one name"),
        pytest.param(["geometry"], [["POINT (1 2)"]], id="a geometry in words"),
    ],
)
def test_a_part_that_is_no_table_of_rows_is_refused(tmp_path, names, columns):
    pq.write_table(
        pa.Table.from_arrays(list(map(pa.array, columns)), names), tmp_path / "a.parquet"
    )
    with pytest.raises(UnreadableFile, match="The bundle is refused"):
        list(unpack_parts(tmp_path, Limits()))
