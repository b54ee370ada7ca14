"""The facts about the machine that a time depends on."""

import os
import pathlib
import platform
import re


def machine():
    """The facts that a time depends on."""
    information = pathlib.Path("/proc/cpuinfo").read_text()
    field = lambda name: next(iter(re.findall(rf"^{name}\s*: (.*)$", information, re.M)), "")
    return {
        "cpu": field("model name"),
        "family": f"{field('cpu family')}.{field('model')}",
        "cores": os.cpu_count(),
        "avx512": " avx512f " in field("flags"),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }
