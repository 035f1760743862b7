"""See to it that Debian's Chromium is there for the browser tests, or say what to install."""

import os
import shutil
import subprocess
import sys

COMMAND = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]


def main() -> int:
    """Install Chromium through apt-get when run as root; otherwise say how."""
    if shutil.which("chromium"):
        return 0
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(
            "The browser tests need Chromium. Install it and run again:\n"
            f"  sudo apt-get update && sudo {' '.join(COMMAND)}",
            file=sys.stderr,
        )
        return 1
    print("Installing Debian's chromium for the browser tests …", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], COMMAND):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
