"""What a run shows: the value of its last expression, and what the builtin `display` is given."""

from collections.abc import Callable

from . import figures
from .bundle import everything, write_bundle
from .records import RecordWriter
from .representations import bundle_of, bundle_of_raw


def show_value(value: object, writer: RecordWriter) -> None:
    """The value of the last expression. A figure is closed, so that it is not shown again at the end."""
    bundle = figures.bundle_of_figure(value)
    if bundle:
        figures.close(value)
    write_bundle(writer, b"v", bundle or bundle_of(value))


def make_display(writer: RecordWriter) -> Callable[..., None]:
    """Makes the function that writes to the run's records."""

    def display(
        *values: object, include: object = None, exclude: object = None, raw: object = False, **_options: object
    ) -> None:
        """Shows values as notebooks do: tables as HTML, figures as pictures.

        include, exclude: media types; text/plain is always there. raw: the values are dicts of data by media type.
        Options of notebooks that mean nothing here are taken and ignored.
        """
        wanted = _choice(include, exclude)
        for value in values:
            bundle = figures.bundle_of_figure(value)
            if bundle:
                figures.note_displayed(value)
            else:
                bundle = bundle_of_raw(value, wanted) if raw else bundle_of(value, wanted)
            write_bundle(writer, b"d", bundle)

    return display


def _choice(include: object, exclude: object) -> Callable[[str], bool]:
    if include is None and exclude is None:
        return everything
    included = None if include is None else frozenset(include)
    excluded = frozenset(exclude or ())
    return lambda media_type: (included is None or media_type in included) and media_type not in excluded
