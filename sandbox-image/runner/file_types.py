"""What a file is, by its name. Without the tables of the system, which a sandbox does not have."""

import re

UNKNOWN = "application/octet-stream"
# As the worker has it, which drops a file of another; the code may have added to the library's table.
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")

# What the standard library's own table lacks or has otherwise.
_BY_SUFFIX = {
    ".bz2": "application/x-bzip2",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gz": "application/gzip",
    ".ipynb": "application/x-ipynb+json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".parquet": "application/vnd.apache.parquet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".tex": "text/x-tex",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}


def media_type(suffix: str) -> str:
    """suffix: in lower case, with its dot."""
    # Only runs that attach files pay for it; its function for names takes some of them for URLs.
    from mimetypes import types_map

    known = str(_BY_SUFFIX.get(suffix) or types_map.get(suffix))
    return known if _MEDIA_TYPE.fullmatch(known) else UNKNOWN
