"""Tables of numpy columns: frozen dataclasses whose fields are arrays of one length."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Columns:
    """Base of every table here; a row is the same index in all of its arrays."""

    def __len__(self) -> int:
        first: npt.NDArray[Any] = getattr(self, fields(self)[0].name)
        return len(first)

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The rows that an index array or a mask names, in its order."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """Tables one under the other; an empty sequence gives an empty table."""
        if not parts:
            return cls.empty()
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})

    @classmethod
    def empty(cls) -> Self:
        """A table without rows."""
        return cls(**{field.name: np.zeros(0, dtype=_dtype(field.type)) for field in fields(cls)})

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """A table from tuples in the order of the fields."""
        if not rows:
            return cls.empty()
        by_field = zip(fields(cls), zip(*rows, strict=True), strict=True)
        return cls(**{f.name: np.array(values, dtype=_dtype(f.type)) for f, values in by_field})


def _dtype(annotation: Any) -> type:
    if annotation is Floats:
        return np.float64
    return np.bool_ if annotation is Bools else np.int64
