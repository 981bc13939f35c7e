"""Steps of a run kept for the next one: a moved control repeats only what depends on it.

Each step names the choices it reads. Records, selections and weights are told apart by identity,
arrays by their content; nothing kept here keeps records alive that nobody looks at any more.
"""

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np

from analysis.study import Study

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")
_PLAIN: Final = (str, bytes, int, float, bool, type(None))
_forgetting: list[Callable[[], None]] = []


def kept(
    most: int, *choices: str
) -> Callable[[Callable[_Given, _Answer]], Callable[_Given, _Answer]]:
    """Keep the last answers of a step.

    Answers are shared, so arrays in them can only be read.

    Parameters
    ----------
    most : int
        Answers kept at a time.
    choices : str
        The fields of the study that the step reads; changing another one repeats nothing.

    Examples
    --------
    >>> @kept(2, "min_count")
    ... def step(study, numbers):
    ...     print("counting")
    ...     return int((numbers >= study.min_count).sum())
    >>> one, other = Study(min_count=5, seed=1), Study(min_count=5, seed=2)
    >>> step(one, np.array([4, 5, 6])), step(other, np.array([4, 5, 6]))
    counting
    (2, 2)
    """

    def keeping(step: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
        answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        lock = Lock()
        _forgetting.append(answers.clear)

        @wraps(step)
        def kept_step(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
            key = _key((args, tuple(sorted(kwargs.items()))), choices)
            with lock:
                if key in answers:
                    answers.move_to_end(key)
                    return answers[key]
            answer = step(*args, **kwargs)
            _freeze(answer)
            with lock:
                for old in [old for old in answers if _is_dead(old)]:
                    del answers[old]
                answers[key] = answer
                while len(answers) > most:
                    answers.popitem(last=False)
            return answer

        return kept_step

    return keeping


def forget() -> None:
    """Forget all answers, so that the next run makes every step."""
    for clear in _forgetting:
        clear()


class _Same:
    """Stands for an object itself, and does not keep it alive."""

    __slots__ = ("_id", "_ref")

    def __init__(self, given: object) -> None:
        self._id = id(given)
        self._ref = weakref.ref(given)

    def __hash__(self) -> int:
        return self._id

    def __eq__(self, other: object) -> bool:
        # Another object may have come to lie where a dead one lay.
        return isinstance(other, _Same) and self._ref() is not None and self._ref() is other._ref()

    def is_dead(self) -> bool:
        return self._ref() is None


def _key(given: Any, choices: tuple[str, ...]) -> Hashable:  # noqa: ANN401  (any argument)
    """Tell what an argument is in something that can be looked up."""
    if isinstance(given, _PLAIN):
        return given
    if isinstance(given, tuple | list):
        return tuple(_key(one, choices) for one in given)
    if isinstance(given, Study):
        return tuple(getattr(given, name) for name in choices)
    if isinstance(given, np.ndarray):
        if given.dtype == object:
            return tuple(given.tolist())
        digest = blake2b(np.ascontiguousarray(given).tobytes(), digest_size=16)
        return given.shape, given.dtype.str, digest.digest()
    by_content = getattr(type(given), "__hash__", None) not in {None, object.__hash__}
    return given if by_content else _Same(given)


def _freeze(answer: object) -> None:
    """Close arrays to writing: in the answer, in its items, in the fields of a dataclass."""
    if isinstance(answer, np.ndarray):
        answer.setflags(write=False)
    elif isinstance(answer, tuple):
        for one in answer:
            _freeze(one)
    elif is_dataclass(answer):
        for one in vars(answer).values():
            if isinstance(one, np.ndarray):
                one.setflags(write=False)


def _is_dead(key: Hashable) -> bool:
    if isinstance(key, tuple):
        return any(_is_dead(one) for one in key)
    return isinstance(key, _Same) and key.is_dead()
