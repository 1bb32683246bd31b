"""Lists of games, their questions and answers: what each viewer gets of all of it."""

from __future__ import annotations

from typing import Any

import pytest

from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school
from tests.storage.reads.test_reads_against_resolvers import ROOMY, compare

QUESTION = """index questionId type questionText questionHtml options prompts rightAnswer guidance
    explanation explanationHtml points skipped asked answered graded correct partlyCorrect unscored
    correctShare averageMs optionCounts revealedAt
    acceptedAnswers { blank answer acceptedAt }"""
ANSWER = """playerId nickname index questionId type questionText questionHtml options prompts answer
    correct points elapsedMs recounted rightAnswer explanation explanationHtml feedback"""
QUERIES = {
    "my games": "{ myGames { totalCount nodes { id title state averageResult unscored } } }",
    "games to score": "{ myGames(toScore: true) { totalCount nodes { id unscored } } }",
    "nothing to score": "{ myGames(toScore: false) { totalCount nodes { id host { id } } } }",
    "games that go on": """{ myGames(running: true, first: 1) {
        nodes { id } pageInfo { hasNextPage } } }""",
    "games of a course": f"""{{ course(id: "{uid("open")}") {{
        games(running: false) {{ __typename edges {{ __typename node {{ id playerCount }} }} }}
        }} }}""",
    "questions": f"""{{ liveQuiz(id: "{uid("over")}") {{ averageResult questions {{
        {QUESTION} liveQuizId
        earlier {{ liveQuizId revealedAt graded correct correctShare }} }} }} }}""",
    "the hardest": f"""{{ liveQuizQuestions(liveQuizId: "{uid("over")}", sort: HARDEST) {{
        nodes {{ index correctShare }} }} }}""",
    "what waits": f"""{{ liveQuizEssays(
        liveQuizId: "{uid("over")}", questionIndex: 1, scored: false) {{
        totalCount nodes {{ {ANSWER} }} }} }}""",
    "results": f"""{{ liveQuiz(id: "{uid("over")}") {{ results {{ nodes {{
        score answers details {{ {ANSWER} }} }} }} }} }}""",
    "the last": f"""{{ liveQuizResults(liveQuizId: "{uid("over")}", sort: RANK_LAST) {{
        totalCount nodes {{ playerId rank }} }} }}""",
    "by name": f"""{{ liveQuizResults(liveQuizId: "{uid("over")}", sort: NICKNAME_LAST) {{
        nodes {{ nickname details {{ index points }} }} }} }}""",
    "mine": f"{{ playedGames {{ nodes {{ id myResult {{ rank details {{ {ANSWER} }} }} }} }} }}",
}


@pytest.mark.parametrize("what", QUERIES)
async def test_everybody_gets_what_is_theirs_to_see(database: Database, what: str) -> None:
    await insert(database, make_school())
    service = Service(CompiledReads(database), limits=ROOMY)
    for name in viewers():
        await compare(service, name, QUERIES[what], {})


async def asked(database: Database, name: str, query: str) -> Any:
    await insert(database, make_school())
    service = Service(CompiledReads(database), limits=ROOMY)
    return (await service.ask(query, {}, viewer=viewers()[name])).data


async def test_a_player_sees_the_right_answer_as_the_quiz_is_set(database: Database) -> None:
    data = await asked(database, "stu", QUERIES["mine"])
    [game] = data["playedGames"]["nodes"]
    choice, essay = game["myResult"]["details"]
    assert (choice["answer"], choice["rightAnswer"], choice["explanation"]) == (["a"], ["b"], None)
    assert (essay["points"], essay["correct"], essay["recounted"]) == (400.5, True, True)
    assert essay["feedback"] == "Well argued"
    await database.run(lambda c: c.execute("update quizzes set show_correct_answers = false"))
    [game] = (await asked(database, "stu", QUERIES["mine"]))["playedGames"]["nodes"]
    assert [each["rightAnswer"] for each in game["myResult"]["details"]] == [None, None]


async def test_students_do_not_see_how_others_answered(database: Database) -> None:
    data = await asked(database, "stu", QUERIES["questions"])
    assert data["liveQuiz"] == {"averageResult": 0.25, "questions": []}
    data = await asked(database, "una", QUERIES["results"])
    own = [each["details"] for each in data["liveQuiz"]["results"]["nodes"]]
    assert [len(each) for each in own] == [0, 0, 2, 0]


@pytest.mark.parametrize(("name", "found"), [("ada", 1), ("stu", 0)])
async def test_teachers_find_a_player_by_id_and_by_a_part_of_the_nickname(
    database: Database, name: str, found: int
) -> None:
    everybody = (
        f'{{ liveQuizResults(liveQuizId: "{uid("over")}") {{ nodes {{ playerId nickname }} }} }}'
    )
    rows = (await asked(database, "ada", everybody))["liveQuizResults"]["nodes"]
    assert len(rows) > 1
    player = rows[-1]
    service = Service(CompiledReads(database), limits=ROOMY)
    for wanted in (
        f'playerId: "{player["playerId"]}"',
        f'nickname: " {player["nickname"].upper()} "',
    ):
        query = everybody.replace(") {", f", {wanted}) {{", 1)
        data = (await service.ask(query, {}, viewer=viewers()[name])).data
        assert data["liveQuizResults"]["nodes"].count(player) == found, wanted


@pytest.mark.parametrize(("name", "found"), [("ada", 1), ("stu", 0)])
async def test_teachers_are_told_of_games_in_which_answers_wait(
    database: Database, name: str, found: int
) -> None:
    data = await asked(database, name, QUERIES["games to score"])
    waiting = [{"id": str(uid("over")), "unscored": 2}]
    assert data["myGames"] == {"totalCount": found, "nodes": waiting[:found]}


async def test_the_hardest_question_comes_first(database: Database) -> None:
    data = await asked(database, "ada", QUERIES["the hardest"])
    assert data["liveQuizQuestions"]["nodes"] == [
        {"index": 0, "correctShare": 0.25},
        {"index": 1, "correctShare": None},  # answers to it wait for a person
    ]
