"""The rules of pools: which questions a quiz may draw from together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actors.fields import Fields
from protocol.assessments.points import Points
from protocol.assessments.pools import MAX_POOL_NAME, MAX_POOLS, GivenPool
from protocol.assessments.quizzes import MAX_QUESTIONS, Pool
from protocol.errors import ValidationError
from protocol.ids import canonical
from protocol.records.assessments import NewPool, PoolRule
from protocol.texts import comparable
from protocol.validation import Rule


def new_pools(given: Sequence[GivenPool]) -> tuple[NewPool, ...]:
    """Clean and check. Raises `ValidationError` with every wrong field."""
    if len(given) > MAX_POOLS:
        said = f"must be at most {MAX_POOLS}"
        raise ValidationError.of("pools", Rule.TOO_MANY, said, max=MAX_POOLS)
    fields, names, known = Fields(), set[str | None](), set[str]()
    pools = []
    for n, each in enumerate(given):
        at = f"pools[{n}]"
        name = fields.line(f"{at}.name", each.name, most=MAX_POOL_NAME)
        key = comparable(name, most=MAX_POOL_NAME)
        if name and key in names:
            fields.wrong(f"{at}.name", Rule.DUPLICATE, "is the name of another pool")
        names.add(key)
        ids = _ids(fields, f"{at}.questionIds", each.question_ids, known)
        if ids and not 1 <= each.draw <= len(ids):
            said = f"must be from 1 to {len(ids)}, as many as the pool has"
            fields.wrong(f"{at}.draw", Rule.OUT_OF_RANGE, said, min=1, max=len(ids))
        pools.append(NewPool(pool=Pool(name=name, draw=each.draw), question_ids=ids))
    fields.check()
    return tuple(pools)


def _ids(fields: Fields, at: str, given: Sequence[str], known: set[str]) -> tuple[str, ...]:
    """`known` are those of the pools before."""
    if not given:
        fields.wrong(at, Rule.REQUIRED, "must name a question")
        return ()
    if len(given) > MAX_QUESTIONS:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_QUESTIONS}", max=MAX_QUESTIONS)
        return ()
    ids = tuple(map(canonical, given))
    if len(set(ids)) < len(ids) or known & set(ids):
        fields.wrong(at, Rule.DUPLICATE, "names a question twice, or one of another pool")
    known.update(ids)
    return ids


def fitting(pools: Sequence[NewPool]) -> PoolRule:
    """The rule that the pools are of questions of the quiz, each pool's worth the same."""

    def rule(worth: Mapping[str, Points]) -> None:
        fields = Fields()
        for n, new in enumerate(pools):
            at = f"pools[{n}].questionIds"
            if not all(each in worth for each in new.question_ids):
                fields.wrong(at, Rule.UNKNOWN_REFERENCE, "names a question of another quiz")
            elif len({worth[each] for each in new.question_ids}) > 1:
                fields.wrong(at, Rule.CONFLICTING, "must all be worth the same points")
        fields.check()

    return rule
