"""Write outputs into the output folder, without ever losing or half-writing a file.

New contents are first written into a staging folder. When all of them are there, each replaces its
file in one step; if one of these steps fails, all are undone. Only files that the manifest lists,
which are those that this tool wrote, are ever removed.
"""

from lscbsite.write.lock import OutputRefusedError, check_output_dir, lock_output
from lscbsite.write.manifest import find_changed_outputs, list_written, select_intact_outputs
from lscbsite.write.publishing import publish
from lscbsite.write.staging import Staged, is_clean, stage

__all__ = [
    "OutputRefusedError",
    "Staged",
    "check_output_dir",
    "find_changed_outputs",
    "is_clean",
    "list_written",
    "lock_output",
    "publish",
    "select_intact_outputs",
    "stage",
]
