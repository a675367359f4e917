"""What ends a piece of work early: a source that changed, a store that cannot be trusted, a lost worker."""


class SourceChangedError(Exception):
    """A file is not what it was when the snapshot was taken: take a new one and build again."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class StoreBrokenError(Exception):
    """The store holds something that this version cannot have written."""


class WorkerLostError(Exception):
    """A worker died or hung; `index` is the item it was at."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason
