"""The child process that lets GDAL write one FlatGeobuf file from Arrow batches on the disk.

Started by :mod:`layers.exports.flatgeobuf` as a script; it imports nothing of this package.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_WGS84 = "OGC:CRS84"


def main(job: dict[str, Any]) -> None:
    """Write the file that a job describes."""
    # pyogrio imports geopandas only to know whether it is there; that costs a second.
    sys.modules["geopandas"] = None  # type: ignore[assignment]
    import pyarrow as pa  # noqa: PLC0415 - after the line above
    import pyogrio  # noqa: PLC0415

    with pa.memory_map(job["source"]) as source:
        reader = pa.ipc.open_file(source)
        batches = (reader.get_batch(index) for index in range(reader.num_record_batches))
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(reader.schema, batches),
            job["target"],
            layer=job["layer"],
            driver="FlatGeobuf",
            geometry_name=job["geometry"],
            geometry_type=job["geometry_type"],
            crs=_WGS84,
            layer_metadata=job["metadata"],
            layer_options=job["options"],
        )


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
