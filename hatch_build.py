"""Compile the modules that read Markdown into the wheel, where HATCH_BUILD_HOOK_ENABLE_CUSTOM asks.

The same files run without it, as plain Python. Only modules that pay are compiled: those that hold
no struct (a compiler drops its keywords) and replace no attribute of a library's class. Search,
related entries and tables were tried, too, and took as long as before: their time goes into
dictionaries and patterns.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "nexusgen/markdown"
PLAIN = ("__init__", "attributes", "extensions", "foreign", "math", "media")

SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup
modules = mypycify(["--ignore-missing-imports", *sys.argv.pop().split()], opt_level="3", debug_level="0")
setup(name="nexusgen", packages=[], ext_modules=modules)
"""


class CompileHook(BuildHookInterface[Any]):
    """Adds extension modules to a wheel, beside the Python that they are made of."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in a folder of its own, or end."""
        if version == "editable":
            return
        self.work = TemporaryDirectory()
        root = Path(self.work.name).resolve()
        shutil.copytree(Path(self.root, "nexusgen"), root / "nexusgen")
        files = sorted(path for path in root.glob(f"{FOLDER}/*.py") if path.stem not in PLAIN)
        names = " ".join(path.relative_to(root).as_posix() for path in files)
        command = [sys.executable, "-c", SETUP, "-q", "build_ext", "--build-lib", "built", names]
        if subprocess.run(command, cwd=root, check=False).returncode:
            sys.exit(
                "nexusgen cannot be compiled here, but it needs not be: leave the variable unset"
            )
        built = root / "built"
        for path in built.rglob("*.*"):
            build_data["force_include"][str(path)] = path.relative_to(built).as_posix()
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove the folder."""
        if version != "editable":
            self.work.cleanup()
