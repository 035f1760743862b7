"""See to it that PostgreSQL, strace and mkfs.ext4 are there for the durability tests, or say how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {"initdb": "postgresql", "strace": "strace", "mkfs.ext4": "e2fsprogs"}
# Debian's package makes and starts a server of its own unless it is told not to.
NO_SERVER = Path("/etc/postgresql-common/createcluster.d/no-cluster.conf")


def _there(tool: str) -> bool:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return bool(shutil.which(tool, path=path)) or any(
        Path("/usr/lib/postgresql").glob(f"*/bin/{tool}")
    )


def main() -> int:
    """Install what is missing through apt-get when run as root; otherwise say how."""
    wanted = [package for tool, package in PACKAGES.items() if not _there(tool)]
    if not wanted:
        return 0
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(
            "The durability tests need more programs; without them they are skipped. Install:\n"
            f"  sudo apt-get update && sudo {' '.join(command)}",
            file=sys.stderr,
        )
        return 0
    print(f"Installing Debian's {', '.join(wanted)} for the durability tests …", file=sys.stderr)
    if "postgresql" in wanted:
        NO_SERVER.parent.mkdir(parents=True, exist_ok=True)
        NO_SERVER.write_text("create_main_cluster = false\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], command):
        done = subprocess.run(step, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
