"""Looks for known vulnerabilities in what is installed; part of `make lint`.

pip-audit asks the package index it finds. Where that knows nothing of vulnerabilities, or cannot
be reached, pip-audit may still say that it found none: here it is said that nothing was audited.
Exit 1: something is known to be vulnerable.
"""

from __future__ import annotations

import json
import subprocess
import sys


def main() -> int:
    """Prints a line a vulnerability, or why nothing could be audited."""
    command = ["-m", "pip_audit", "--local", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        print("pip-audit: no database of vulnerabilities can be reached; nothing was audited")
        return 0
    found = [(package, known) for package in audited for known in package["vulns"]]
    for package, known in found:
        mended = ", ".join(known["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {known['id']}, mended in {mended}")
    print(f"pip-audit: {len(audited)} of {len(packages)} packages audited, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
