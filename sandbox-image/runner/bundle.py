"""A mime bundle in the making: what a value offers is taken if it fits, else named in the text with the reason."""

from collections.abc import Callable

from .contents import Refused, as_text
from .descriptions import REPRESENTATION_SECONDS_MAX, cut, reason_of
from .records import RecordWriter
from .text import json_bytes, storable
from .timebox import TimeUp, within

# All representations of one value together; what comes later is left out.
BUNDLE_BYTES_MAX = 6 * 1024 * 1024
# More, and the worker would drop the whole bundle.
MEDIA_TYPES_MAX = 16
_NOTES_MAX = 8
_REASON_CHARACTERS_MAX = 200


def everything(_media_type: str) -> bool:
    """Wants every representation."""
    return True


class Bundle:
    """The representations of one value. `text/plain` is always there."""

    def __init__(self, plain_text: str, wanted: Callable[[str], bool] = everything) -> None:
        self._texts = {"text/plain": plain_text}
        self._notes: list[str] = []
        self._wanted = wanted

    def __contains__(self, media_type: str) -> bool:
        return media_type in self._texts

    def offer(
        self, media_type: str, make: Callable[[], object], seconds: float = REPRESENTATION_SECONDS_MAX
    ) -> None:
        """Adds what `make` gives: text, or for pictures bytes or base64. None is nothing; a failure becomes a note."""
        if self._wanted(media_type):
            self.attempt(media_type, make, lambda data: self._add(media_type, data), seconds)

    def attempt(
        self,
        name: str,
        make: Callable[[], object],
        use: Callable[[object], None],
        seconds: float = REPRESENTATION_SECONDS_MAX,
    ) -> None:
        """Gives `use` what `make` gives, if that is not None. Notes a failure of either under `name`."""
        try:
            data = within(seconds, make)
            if data is not None:
                use(data)
        except NotImplementedError:  # as in notebooks: the value has no such representation
            return
        except Refused as error:
            self.leave_out(name, str(error))
        except TimeUp:
            self.leave_out(name, f"over {seconds:g} s")
        except BaseException as error:  # noqa: BLE001 - SystemExit and the like
            self.leave_out(name, reason_of(error))

    def _add(self, media_type: str, data: object) -> None:
        if len(self._texts) >= MEDIA_TYPES_MAX and media_type not in self._texts:
            raise Refused(f"over {MEDIA_TYPES_MAX} representations")
        text = as_text(media_type, data)
        others = sum(len(other.encode()) for name, other in self._texts.items() if name != media_type)
        if len(text.encode()) > BUNDLE_BYTES_MAX - others:
            raise Refused(f"over {BUNDLE_BYTES_MAX // 1024} KiB with what came before it")
        self._texts[media_type] = text

    def leave_out(self, media_type: str, reason: str) -> None:
        """Notes in the text that a representation is missing, and why."""
        if len(self._notes) < _NOTES_MAX:
            note = f"{cut(media_type, _REASON_CHARACTERS_MAX)} left out: {cut(reason, _REASON_CHARACTERS_MAX)}"
            self._notes.append(storable(note))

    def texts(self) -> dict[str, str]:
        """The bundle as records carry it."""
        if not self._notes:
            return self._texts
        text = self._texts["text/plain"]
        separator = "\n" if "\n" in text else " "
        return {**self._texts, "text/plain": f"{text}{separator}({'; '.join(self._notes)})"}


def write_bundle(writer: RecordWriter, kind: bytes, bundle: dict[str, str]) -> None:
    """One `v` or `d` record."""
    writer.record(kind, json_bytes(bundle))
